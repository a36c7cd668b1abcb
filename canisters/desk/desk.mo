import Principal "mo:core/Principal";

/// A desk that serves one withdrawal at a time: a lock is held across the await.
///
/// Both methods are one ingress message, one ledger request and one reply. The ledger always pays, so that the only question is
/// what becomes of the lock when the segment after the await fails.
persistent actor class Desk(ledgerId : Principal, initial : Int) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };

    let ledger : Ledger = Principal.toActor(ledgerId);
    var balance : Int = initial;
    var locked : Bool = false;

    public query func is_locked() : async Bool { locked };

    public query func get_balance() : async Int { balance };

    /// Row `trap-in-callback`. Breaks.
    public shared ({ caller }) func withdraw_locked(amount : Int) : async Bool {
        if (locked or balance < amount) return false;
        locked := true;
        balance -= amount;
        ignore await ledger.transfer(Principal.toText(caller), amount);
        // Belongs to the segment after the await: when that traps, nobody opens the lock any more.
        locked := false;
        true;
    };

    /// Row `trap-in-callback/fixed`. Holds: `finally` runs in the cleanup callback too.
    public shared ({ caller }) func withdraw_finally(amount : Int) : async Bool {
        if (locked or balance < amount) return false;
        locked := true;
        balance -= amount;
        try {
            ignore await ledger.transfer(Principal.toText(caller), amount);
            true;
        } finally {
            locked := false;
        };
    };
};
