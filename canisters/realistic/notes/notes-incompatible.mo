/// A version that nobody should be able to upgrade to: it wants the notes as something else.
persistent actor Notes {
    let notes : Text = "";
    var next = 0;

    public query func count() : async Nat { next + notes.size() };
};
