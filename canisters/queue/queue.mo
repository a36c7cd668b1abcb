import Nat "mo:core/Nat";

/// A counter whose methods tell what they saw of it before, between and after their awaits.
///
/// `await foo()` is a message that the canister sends to itself: while it is under way the canister serves whoever comes.
persistent actor Queue {
    type Seen = { i0 : Nat; i1 : Nat; i2 : Nat };

    var i : Nat = 0;

    public func foo() : async Nat {
        i += 1;
        i;
    };

    /// Rows `halt-2`, `halt-30` and `halt-100`.
    public func test() : async Seen {
        let i0 = i;
        let i1 = await foo();
        let i2 = await foo();
        { i0; i1; i2 };
    };

    /// Row `halt-2-read`.
    public func test_read() : async Seen {
        let i0 = i;
        ignore await foo();
        // Not the reply, but `i` when this call goes on: others may have counted since foo replied.
        let i1 = i;
        ignore await foo();
        let i2 = i;
        { i0; i1; i2 };
    };

    /// Row `no-await`. One segment: nobody comes between its lines.
    public func greet(name : Text) : async Text {
        let i0 = i;
        i += 1;
        let i1 = i;
        "Hello, " # name # " " # Nat.toText(i0) # " " # Nat.toText(i1) # "!";
    };

    /// Row `no-await/mutant`. Breaks.
    public func greet_await(name : Text) : async Text {
        let i0 = i;
        i += 1;
        // The one line more: others greet here.
        await pause();
        let i1 = i;
        "Hello, " # name # " " # Nat.toText(i0) # " " # Nat.toText(i1) # "!";
    };

    public func pause() : async () {};

    /// Row `query-mutation`. What a query method changes is discarded, however it is called.
    public query func add_in_query() : async Nat {
        i += 1_000;
        i;
    };

    /// Row `query-mutation/mutant`: the same without the word `query`. Breaks.
    public func add_in_update() : async Nat {
        i += 1_000;
        i;
    };

    /// Row `query-mutation`: the query method called as part of an update.
    public func test_query() : async Seen {
        let i0 = i;
        let i1 = await add_in_query();
        let i2 = i;
        { i0; i1; i2 };
    };

    public query func get_i() : async Nat { i };
};
