import List "mo:core/List";
import Time "mo:core/Time";
import Timer "mo:core/Timer";
import Int "mo:core/Int";

/// Timers: one that repeats, some that fire once, and one that is called off.
persistent actor Clock {
    let heard = List.empty<Text>();
    let start = Time.now();
    transient var ticking : ?Timer.TimerId = null;

    func note(what : Text) {
        let seconds = (Time.now() - start) / 1_000_000_000;
        List.add(heard, what # "@" # Int.toText(seconds));
    };

    func tick() : async () { note("tick") };

    public func begin(seconds : Nat) : async () {
        ticking := ?Timer.recurringTimer<system>(#seconds seconds, tick);
    };

    public func stop() : async () {
        switch ticking { case (?id) Timer.cancelTimer(id); case null {} };
        ticking := null;
    };

    public func remind(seconds : Nat, what : Text) : async Nat {
        Timer.setTimer<system>(#seconds seconds, func() : async () { note(what) });
    };

    /// A job that awaits: what it does after the await is a message of its own.
    public func remindSlowly(seconds : Nat, what : Text) : async () {
        ignore Timer.setTimer<system>(
            #seconds seconds,
            func() : async () { note(what # " begins"); await pause(); note(what # " ends") },
        );
    };

    /// A job that traps: only this job is undone, and those that follow still run.
    public func remindBadly(seconds : Nat) : async () {
        ignore Timer.setTimer<system>(#seconds seconds, func() : async () { note("never seen"); assert false });
    };

    public func pause() : async () {};

    public func forget(id : Nat) : async () { Timer.cancelTimer(id) };

    public query func log() : async [Text] { List.toArray(heard) };

    // Timers do not survive an upgrade by themselves.
    system func postupgrade() { ignore Timer.setTimer<system>(#seconds 1, func() : async () { note("upgraded") }) };
};
