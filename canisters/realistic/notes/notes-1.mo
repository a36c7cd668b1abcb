import Map "mo:core/Map";
import Nat "mo:core/Nat";

/// The first version of a canister that keeps its state over upgrades. Compiled for both kinds of persistence.
persistent actor Notes {
    type Note = { text : Text };

    let notes = Map.empty<Nat, Note>();
    var next = 0;
    /// Starts anew with every version.
    transient var reads = 0;

    public func write(text : Text) : async Nat {
        let id = next;
        next += 1;
        Map.add(notes, Nat.compare, id, { text });
        id;
    };

    public func read(id : Nat) : async ?Text {
        reads += 1;
        switch (Map.get(notes, Nat.compare, id)) { case (?note) ?note.text; case null null };
    };

    public query func count() : async { notes : Nat; reads : Nat } { { notes = Map.size(notes); reads } };
};
