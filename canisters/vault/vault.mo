import Principal "mo:core/Principal";

/// A vault that pays withdrawals through a ledger, in every way that the catalogue knows.
///
/// Each withdraw method stands whole, so that what happens on which side of its `await` can be read off. All are one
/// ingress message, one ledger request and one reply: the segment before the await commits when the request leaves, the
/// segment after it runs in whatever state the vault is in by then. The comment in a body marks the line that makes the
/// difference to `withdraw_guarded`. Balances are `Int`: a missing check shows as a negative balance, not as a trap.
persistent actor class Vault(ledgerId : Principal, initial : Int) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };

    let ledger : Ledger = Principal.toActor(ledgerId);
    var balance : Int = initial;

    public func deposit(amount : Int) : async () { balance += amount };

    public query func get_balance() : async Int { balance };

    func isOk(result : TransferResult) : Bool {
        switch result { case (#ok _) true; case (#err _) false };
    };

    // ---- "Canisters are Non-Blocking" ----

    /// Rows `vault-stale/lost-update`, `/lost-deposit` and `/overdraw`. Breaks.
    public shared ({ caller }) func withdraw_stale(amount : Int) : async Bool {
        let before = balance;
        if (before < amount) return false;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        if (not ok) return false;
        // Stale: `before` was read before the await. Whatever others deposited or withdrew meanwhile is overwritten.
        balance := before - amount;
        true;
    };

    /// Row `vault-rollback-stale`, as published: no check, and the roll back uses the old balance. Breaks.
    public shared ({ caller }) func withdraw_rollback_stale(amount : Int) : async Bool {
        let before = balance;
        balance := before - amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        if (ok) return true;
        // Stale: `before` lacks the reservation, so `amount` is given back on top of a balance that never lost it.
        balance := before + amount;
        false;
    };

    /// Row `vault-rollback`: the roll back as it was meant. Holds.
    public shared ({ caller }) func withdraw_rollback(amount : Int) : async Bool {
        let before = balance;
        if (before < amount) return false;
        balance := before - amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        if (ok) return true;
        // Read again after the await: only this call's own change is undone.
        let now = balance;
        balance := now + amount;
        false;
    };

    // ---- "Message queues and funds" ----

    /// Row `withdraw-guarded`: check, reserve, transfer, give back on failure. Holds; rows below change one line.
    public shared ({ caller }) func withdraw_guarded(amount : Int) : async Bool {
        if (balance < amount) return false;
        balance -= amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        if (not ok) { balance += amount };
        ok;
    };

    /// Row `withdraw-no-check`. Breaks.
    public shared ({ caller }) func withdraw_no_check(amount : Int) : async Bool {
        // The check is missing: anyone withdraws anything, without any concurrency.
        balance -= amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        if (not ok) { balance += amount };
        ok;
    };

    /// Row `withdraw-no-rollback`. Breaks when a transfer fails.
    public shared ({ caller }) func withdraw_no_rollback(amount : Int) : async Bool {
        if (balance < amount) return false;
        balance -= amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        // Nothing is given back: after a failed transfer the caller was told so, and the funds are gone.
        ok;
    };

    /// Row `withdraw-swapped`. Breaks.
    public shared ({ caller }) func withdraw_swapped(amount : Int) : async Bool {
        if (balance < amount) return false;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        // Reserved after the transfer, not before: a second call that came during the await passed the same check.
        balance -= amount;
        if (not ok) { balance += amount };
        ok;
    };

    /// Row `withdraw-snapshot`. Breaks when a transfer fails while another withdrawal is under way.
    public shared ({ caller }) func withdraw_snapshot(amount : Int) : async Bool {
        if (balance < amount) return false;
        let original = balance;
        balance -= amount;
        let ok = try { isOk(await ledger.transfer(Principal.toText(caller), amount)) } catch _ { false };
        // Restores the balance instead of giving back the amount: what others did in between is undone too.
        if (not ok) { balance := original };
        ok;
    };
};
