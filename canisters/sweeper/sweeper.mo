import Principal "mo:core/Principal";

/// Collects deposits; its heartbeat pays what was collected into the ledger. A heartbeat awaits like any other method, and nobody
/// says that the last one has ended when the next one begins.
persistent actor class Sweeper(ledgerId : Principal, careful : Bool) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };

    let ledger : Ledger = Principal.toActor(ledgerId);
    let takesFirst : Bool = careful;
    var collected : Int = 0;

    public func deposit(amount : Int) : async () { collected += amount };

    public query func get_balance() : async Int { collected };

    system func heartbeat() : async () {
        let amount = collected;
        if (amount == 0) return;
        if (takesFirst) {
            // Row `heartbeat-race/fixed`. Holds: what is about to be paid is nobody else's any more.
            collected -= amount;
            ignore await ledger.transfer("treasury", amount);
        } else {
            // Row `heartbeat-race`. Breaks: during the await others deposit, or the next heartbeat pays the same once more.
            ignore await ledger.transfer("treasury", amount);
            collected := 0;
        };
    };
};
