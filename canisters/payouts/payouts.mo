import Principal "mo:core/Principal";
import Time "mo:core/Time";
import Timer "mo:core/Timer";

/// Collects what users ask for, and pays it all a second later: a timer is set by whoever comes first.
///
/// When the handler of a timer traps, all that it did is undone, but the timer is not set any more. What the canister noted about the
/// timer is then as it was before, and is wrong.
persistent actor class Payouts(ledgerId : Principal, careful : Bool) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };

    let ledger : Ledger = Principal.toActor(ledgerId);
    let looksAtClock : Bool = careful;
    var queued : Int = 0;
    var isSet : Bool = false;
    var due : Int = 0;

    public func request(amount : Int) : async () {
        queued += amount;
        if (setsTimer()) {
            isSet := true;
            due := Time.now() + 1_000_000_000;
            ignore Timer.setTimer<system>(#seconds 1, payAll);
        };
    };

    func setsTimer() : Bool {
        if (looksAtClock) {
            // Row `timer-trap/fixed`. Holds: when its time has come, nobody relies on the timer any more.
            Time.now() >= due;
        } else {
            // Row `timer-trap`. Breaks: a timer that trapped has not said that it is gone.
            not isSet;
        };
    };

    func payAll() : async () {
        isSet := false;
        let amount = queued;
        if (amount == 0) return;
        queued := 0;
        ignore await ledger.transfer("payees", amount);
    };

    public query func get_queued() : async Int { queued };

    /// Whether somebody waits for a timer that is not there, and the next request would not set one.
    public query func is_stuck() : async Bool { queued > 0 and Time.now() >= due and not setsTimer() };
};
