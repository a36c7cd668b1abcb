/// Canister B of `observe-intermediate`: a call that can be made as slow as wanted. Stateless.
persistent actor SlowBar {
    public func bar(limit : Nat64) : async Nat64 {
        var total : Nat64 = 0;
        var i : Nat64 = 0;
        while (i < limit) {
            // Wrapping addition, and a term without a closed form that a compiler would find.
            total +%= i ^ (i >> 3);
            i += 1;
        };
        total;
    };
};
