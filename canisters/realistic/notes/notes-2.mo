import Map "mo:core/Map";
import Nat "mo:core/Nat";
import Text "mo:core/Text";

/// The second version: notes have a length and an optional author now. What the first version kept is converted once.
(with migration = func(old : { notes : Map.Map<Nat, { text : Text }>; next : Nat }) : {
    notes : Map.Map<Nat, { text : Text; size : Nat; author : ?Principal }>;
    next : Nat;
} {
    let notes = Map.map<Nat, { text : Text }, { text : Text; size : Nat; author : ?Principal }>(
        old.notes,
        func(_, { text }) = { text; size = Text.size(text); author = null },
    );
    { notes; next = old.next };
})
persistent actor Notes {
    type Note = { text : Text; size : Nat; author : ?Principal };

    let notes : Map.Map<Nat, Note> = Map.empty();
    var next = 0;
    var upgraded = 0;
    transient var reads = 0;

    public shared ({ caller }) func write(text : Text) : async Nat {
        let id = next;
        next += 1;
        Map.add(notes, Nat.compare, id, { text; size = Text.size(text); author = ?caller });
        id;
    };

    public func read(id : Nat) : async ?Text {
        reads += 1;
        switch (Map.get(notes, Nat.compare, id)) { case (?note) ?note.text; case null null };
    };

    public query func find(id : Nat) : async ?Note { Map.get(notes, Nat.compare, id) };

    public query func count() : async { notes : Nat; reads : Nat; upgraded : Nat } {
        { notes = Map.size(notes); reads; upgraded };
    };

    system func postupgrade() { upgraded += 1 };
};
