import Map "mo:core/Map";
import Principal "mo:core/Principal";

/// Canister A of "Message queues and funds": does `funds` leak between calls that wait in one message queue?
///
/// Nothing leaks inside a segment. What counts is on which side of the `await` a line stands: the comments mark the lines.
/// As published there is no roll back; no row of this canister injects a failed transfer.
persistent actor class Funds(ledgerId : Principal, initial : Int) {
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor {
        transfer : (to : Text, amount : Int) -> async TransferResult;
        balance : query () -> async Int;
    };

    let ledger : Ledger = Principal.toActor(ledgerId);
    var funds : Int = initial;
    var locked : Int = 0;
    var users = Map.empty<Principal, Int>();
    var text : Text = "";

    func isOk(result : TransferResult) : Bool {
        switch result { case (#ok _) true; case (#err _) false };
    };

    // ---- One number for all ----

    /// Rows `withdraw-10/before` and `lock-withdraw/before`. Holds.
    public shared ({ caller }) func withdraw_before(amount : Int) : async Bool {
        if (funds < amount) return false;
        // In the segment of the check: whoever comes during the await sees what is left.
        funds -= amount;
        isOk(await ledger.transfer(Principal.toText(caller), amount));
    };

    /// Rows `withdraw-10/after` and `lock-withdraw/after`. Breaks.
    public shared ({ caller }) func withdraw_after(amount : Int) : async Bool {
        if (funds < amount) return false;
        let ok = isOk(await ledger.transfer(Principal.toText(caller), amount));
        // A segment after the check: any number of calls passed it on the same funds.
        if (ok) funds -= amount;
        ok;
    };

    /// Row family `lock-withdraw`. No await, one segment.
    public func lock_funds(amount : Int) : async Bool {
        if (funds < amount) return false;
        funds -= amount;
        locked += amount;
        true;
    };

    /// Row `lock-reads`. Sees what other calls have committed, never less than a whole segment of theirs.
    public func read_funds() : async Int { funds };

    /// Row `lock-reads/mutant`. Breaks.
    public func read_funds_stale() : async Int {
        let before = funds;
        ignore await ledger.balance();
        // Committed once, but overtaken: a later reader may have seen less already.
        before;
    };

    public query func get_funds() : async Int { funds };

    public query func get_locked() : async Int { locked };

    // ---- One entry a user ----

    /// A user who never withdrew has `initial`.
    func entry(of : Map.Map<Principal, Int>, user : Principal) : Int {
        switch (Map.get(of, Principal.compare, user)) {
            case (?amount) amount;
            case null initial;
        };
    };

    /// Row `per-user-map/entries`. Holds as long as a user has one call at a time, even with the write after the await.
    public shared ({ caller }) func withdraw_entry(amount : Int) : async Bool {
        let before = entry(users, caller);
        if (before < amount) return false;
        if (not isOk(await ledger.transfer(Principal.toText(caller), amount))) return false;
        // Writes one entry of the map as it is now; calls of other users change other entries.
        Map.add(users, Principal.compare, caller, before - amount);
        true;
    };

    /// Row `per-user-map/snapshot`. Breaks.
    public shared ({ caller }) func withdraw_map(amount : Int) : async Bool {
        let copy = Map.clone(users);
        let before = entry(copy, caller);
        if (before < amount) return false;
        if (not isOk(await ledger.transfer(Principal.toText(caller), amount))) return false;
        Map.add(copy, Principal.compare, caller, before - amount);
        // Writes the whole map as it was before the await: what other users did meanwhile is undone.
        users := copy;
        true;
    };

    public query func funds_of(user : Principal) : async Int { entry(users, user) };

    // ---- State that withdrawals do not touch ----

    /// Row `append-text`. No await: nothing can come between the read and the write.
    public func append_text(addition : Text) : async () { text := text # addition };

    /// Row `append-text/mutant`. Breaks.
    public func append_text_stale(addition : Text) : async () {
        let before = text;
        ignore await ledger.balance();
        // Stale: what others appended during the await is overwritten.
        text := before # addition;
    };

    public query func get_text() : async Text { text };
};
