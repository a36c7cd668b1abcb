import Blob "mo:core/Blob";
import Nat64 "mo:core/Nat64";
import Region "mo:core/Region";
import Text "mo:core/Text";

/// A log in stable memory: bytes in one region, where each entry begins and how long it is in another.
persistent actor Log {
    transient let PAGE : Nat64 = 65_536;
    transient let ENTRY : Nat64 = 16;

    let bytes = Region.new();
    let index = Region.new();
    var end : Nat64 = 0;
    var entries : Nat64 = 0;

    func reserve(region : Region.Region, size : Nat64) {
        let missing = size - Nat64.min(size, Region.size(region) * PAGE);
        let pages = (missing + PAGE - 1) / PAGE;
        if (pages > 0) assert Region.grow(region, pages) != 0xFFFF_FFFF_FFFF_FFFF;
    };

    public func append(text : Text) : async Nat {
        let blob = Text.encodeUtf8(text);
        let size = Nat64.fromNat(blob.size());
        reserve(bytes, end + size);
        reserve(index, (entries + 1) * ENTRY);
        Region.storeBlob(bytes, end, blob);
        Region.storeNat64(index, entries * ENTRY, end);
        Region.storeNat64(index, entries * ENTRY + 8, size);
        end += size;
        entries += 1;
        Nat64.toNat(entries - 1);
    };

    public query func get(entry : Nat) : async ?Text {
        if (entry >= Nat64.toNat(entries)) return null;
        let at = Nat64.fromNat(entry) * ENTRY;
        let size = Nat64.toNat(Region.loadNat64(index, at + 8));
        Text.decodeUtf8(Region.loadBlob(bytes, Region.loadNat64(index, at), size));
    };

    /// Pages of both regions, their ids, and the bytes in use.
    public query func usage() : async { pages : [Nat64]; ids : [Nat]; used : Nat64 } {
        {
            pages = [Region.size(bytes), Region.size(index)];
            ids = [Region.id(bytes), Region.id(index)];
            used = end;
        };
    };

    /// Fills `count` bytes, then fails: nothing of it may stay, neither bytes nor pages.
    public func fail(count : Nat) : async () {
        let size = Nat64.fromNat(count);
        reserve(bytes, end + size);
        Region.storeNat64(bytes, 0, 0xFFFF_FFFF_FFFF_FFFF);
        end += size;
        assert false;
    };
};
