import Error "mo:core/Error";
import List "mo:core/List";
import Principal "mo:core/Principal";
import Runtime "mo:core/Runtime";

/// Canister B: what its caller hears of a call, and what the call left behind, are two things.
persistent actor Callee {
    /// Canister C: another instance of this one.
    type Third = actor { increment_y : () -> async () };

    var y : Nat = 0;
    let lines = List.empty<Text>();

    public func increment_y() : async () { y += 1 };

    /// Row `callee-trap`: nothing of this message is kept.
    public func increment_y_trap() : async () {
        y += 1;
        Runtime.trap("B traps");
    };

    /// Row `callee-reject`: an explicit reject is an answer like any other, and the message commits.
    public func increment_y_reject() : async () {
        y += 1;
        throw Error.reject("B rejects");
    };

    /// Row `callee-late-trap`: the await committed the increment before the trap.
    public func increment_y_late_trap(third : Principal) : async () {
        let c : Third = Principal.toActor(third);
        y += 1;
        await c.increment_y();
        Runtime.trap("B traps late");
    };

    /// Canister2 of rows `increment-both-*`: its variable is called externalState there.
    public func increment() : async () { y += 1 };

    /// Row `fifo-two-requests`.
    public func log(line : Text) : async () { List.add(lines, line) };

    public query func get_y() : async Nat { y };

    public query func get_log() : async [Text] { List.toArray(lines) };
};
