/// Canister B as published: `bar` increments Y. Row `missing-method` calls the `increment_y` that it does not have.
persistent actor Bar {
    var y : Nat = 0;

    public func bar() : async Bool {
        y += 1;
        true;
    };

    public query func get_y() : async Nat { y };
};
