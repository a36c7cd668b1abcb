import Principal "mo:core/Principal";

/// Canister A: what is changed before an await is committed at the await. Others see it, and others may change it.
persistent actor Counter {
    /// Canister B. `bar` takes time in proportion to `limit`.
    type SlowBar = actor { bar : (limit : Nat64) -> async Nat64 };

    var x : Nat = 0;

    /// Rows `observe-intermediate` and `modify-intermediate`. Goes on when the call fails, as published.
    public func foo(callee : Principal, limit : Nat64) : async Bool {
        let slowBar : SlowBar = Principal.toActor(callee);
        x += 1;
        // Commit point: from here until the reply get_x answers 1, and increment may come between.
        try { ignore await slowBar.bar(limit) } catch _ {};
        x += 1;
        true;
    };

    /// Row `detect-shift`: `foo` that looks whether X is still what it was.
    public func foo_detect_shift(callee : Principal, limit : Nat64) : async Bool {
        let slowBar : SlowBar = Principal.toActor(callee);
        x += 1;
        let before = x;
        try { ignore await slowBar.bar(limit) } catch _ {};
        // A local keeps its value across the await, the actor's variable does not.
        if (x != before) return false;
        x += 1;
        true;
    };

    public func increment() : async () { x += 1 };

    public query func get_x() : async Nat { x };
};
