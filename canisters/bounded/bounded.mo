import Error "mo:core/Error";
import Principal "mo:core/Principal";

/// Bounded-wait calls: the caller hears SYS_UNKNOWN when it has waited long enough, whatever became of its request.
persistent actor class Bounded(ledgerId : Principal, initial : Int) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };
    type Counter = actor { increment : () -> async () };

    let ledger : Ledger = Principal.toActor(ledgerId);
    var balance : Int = initial;

    func isOk(result : TransferResult) : Bool {
        switch result { case (#ok _) true; case (#err _) false };
    };

    /// Row `vault-rollback-bounded`, as published: `withdraw_rollback` of the vault with a bounded-wait call. Breaks.
    public func withdraw_bounded(to : Text, amount : Int) : async Bool {
        let before = balance;
        if (before < amount) return false;
        balance := before - amount;
        // An error may be SYS_UNKNOWN: the ledger may have paid, and the roll back below gives back what is gone.
        let ok = try { isOk(await (with timeout = 5) ledger.transfer(to, amount)) } catch _ { false };
        if (ok) return true;
        let now = balance;
        balance := now + amount;
        false;
    };

    /// Row `vault-rollback-bounded/fixed`. Holds.
    public func withdraw_unbounded(to : Text, amount : Int) : async Bool {
        let before = balance;
        if (before < amount) return false;
        balance := before - amount;
        // Without a timeout every error says that the ledger did not pay: its transfer is one segment.
        let ok = try { isOk(await ledger.transfer(to, amount)) } catch _ { false };
        if (ok) return true;
        let now = balance;
        balance := now + amount;
        false;
    };

    public query func get_balance() : async Int { balance };

    /// Row `bounded-wait`.
    public func call_bounded(callee : Principal) : async Nat32 {
        let counter : Counter = Principal.toActor(callee);
        try { await (with timeout = 5) counter.increment(); 0 } catch e { codeOf(e) };
    };

    /// Row `bounded-wait`.
    public func call_unbounded(callee : Principal) : async Nat32 {
        let counter : Counter = Principal.toActor(callee);
        try { await counter.increment(); 0 } catch e { codeOf(e) };
    };

    /// The reject code as a number (IC interface specification, "Reject codes").
    func codeOf(error : Error.Error) : Nat32 {
        switch (Error.code(error)) {
            case (#system_fatal) 1;
            case (#system_transient) 2;
            case (#destination_invalid) 3;
            case (#canister_reject) 4;
            case (#canister_error) 5;
            case (#system_unknown) 6;
            case (#future code) code;
            // The request never left: the system answers that with SYS_TRANSIENT too.
            case (#call_error _) 2;
        };
    };
};
