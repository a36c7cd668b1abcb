import Blob "mo:core/Blob";
import Array "mo:core/Array";
import Map "mo:core/Map";
import Nat64 "mo:core/Nat64";
import Order "mo:core/Order";
import Principal "mo:core/Principal";
import Runtime "mo:core/Runtime";
import Time "mo:core/Time";

/// A token ledger with the methods of ICRC-1 and the transfer side of ICRC-2. No method awaits: every transfer is one segment.
persistent actor class Icrc1Ledger(
    settings : {
        token_name : Text;
        token_symbol : Text;
        transfer_fee : Nat;
        minting_account : { owner : Principal; subaccount : ?Blob };
        initial_balances : [({ owner : Principal; subaccount : ?Blob }, Nat)];
    }
) {
    type Account = { owner : Principal; subaccount : ?Blob };
    type TransferArg = {
        from_subaccount : ?Blob;
        to : Account;
        amount : Nat;
        fee : ?Nat;
        memo : ?Blob;
        created_at_time : ?Nat64;
    };
    type TransferError = {
        #BadFee : { expected_fee : Nat };
        #BadBurn : { min_burn_amount : Nat };
        #InsufficientFunds : { balance : Nat };
        #TooOld;
        #CreatedInFuture : { ledger_time : Nat64 };
        #TemporarilyUnavailable;
        #Duplicate : { duplicate_of : Nat };
        #GenericError : { error_code : Nat; message : Text };
    };
    type ApproveArg = {
        from_subaccount : ?Blob;
        spender : Account;
        amount : Nat;
        expected_allowance : ?Nat;
        expires_at : ?Nat64;
    };
    type ApproveError = {
        #InsufficientFunds : { balance : Nat };
        #AllowanceChanged : { current_allowance : Nat };
        #Expired : { ledger_time : Nat64 };
    };
    type TransferFromArg = { spender_subaccount : ?Blob; from : Account; to : Account; amount : Nat };
    type TransferFromError = {
        #InsufficientFunds : { balance : Nat };
        #InsufficientAllowance : { allowance : Nat };
    };
    type Allowance = { allowance : Nat; expires_at : ?Nat64 };
    type Value = { #Nat : Nat; #Int : Int; #Text : Text; #Blob : Blob };

    /// An account whose default subaccount is written out: the key of all maps.
    type Key = (Principal, Blob);

    transient let WINDOW : Nat64 = 86_400_000_000_000;
    transient let DRIFT : Nat64 = 60_000_000_000;
    transient let DEFAULT : Blob = Blob.fromArray(Array.repeat<Nat8>(0, 32));

    let name = settings.token_name;
    let symbol = settings.token_symbol;
    let fee = settings.transfer_fee;
    let minter = settings.minting_account;
    var supply = 0;
    var blocks = 0;
    let balances = Map.empty<Key, Nat>();
    let allowances = Map.empty<(Key, Key), Allowance>();
    /// Block of every transfer that named its time of creation.
    let seen = Map.empty<Blob, Nat>();

    func keyOf(account : Account) : Key {
        switch (account.subaccount) {
            case null (account.owner, DEFAULT);
            case (?subaccount) {
                if (subaccount.size() != 32) Runtime.trap("a subaccount has 32 bytes");
                (account.owner, subaccount);
            };
        };
    };

    func compareKeys(a : Key, b : Key) : Order.Order {
        switch (Principal.compare(a.0, b.0)) {
            case (#equal) Blob.compare(a.1, b.1);
            case other other;
        };
    };

    func comparePairs(a : (Key, Key), b : (Key, Key)) : Order.Order {
        switch (compareKeys(a.0, b.0)) { case (#equal) compareKeys(a.1, b.1); case other other };
    };

    func balanceOf(key : Key) : Nat {
        switch (Map.get(balances, compareKeys, key)) { case (?amount) amount; case null 0 };
    };

    func credit(key : Key, amount : Nat) { Map.add(balances, compareKeys, key, balanceOf(key) + amount) };

    func debit(key : Key, amount : Nat) {
        let left : Nat = balanceOf(key) - amount;
        if (left == 0) Map.remove(balances, compareKeys, key) else Map.add(balances, compareKeys, key, left);
    };

    func now() : Nat64 { Nat64.fromIntWrap(Time.now()) };

    func nextBlock() : Nat { let block = blocks; blocks += 1; block };

    for ((account, amount) in settings.initial_balances.vals()) {
        credit(keyOf(account), amount);
        supply += amount;
    };

    public query func icrc1_name() : async Text { name };
    public query func icrc1_symbol() : async Text { symbol };
    public query func icrc1_decimals() : async Nat8 { 8 };
    public query func icrc1_fee() : async Nat { fee };
    public query func icrc1_total_supply() : async Nat { supply };
    public query func icrc1_minting_account() : async ?Account { ?minter };
    public query func icrc1_balance_of(account : Account) : async Nat { balanceOf(keyOf(account)) };

    public query func icrc1_metadata() : async [(Text, Value)] {
        [
            ("icrc1:name", #Text name),
            ("icrc1:symbol", #Text symbol),
            ("icrc1:decimals", #Nat 8),
            ("icrc1:fee", #Nat fee),
        ];
    };

    public query func icrc1_supported_standards() : async [{ name : Text; url : Text }] {
        let at = "https://github.com/dfinity/ICRC-1/tree/main/standards/";
        [{ name = "ICRC-1"; url = at # "ICRC-1" }, { name = "ICRC-2"; url = at # "ICRC-2" }];
    };

    /// A transfer from the minter mints, one to it burns; neither costs a fee. Other fees are burnt.
    public shared ({ caller }) func icrc1_transfer(arg : TransferArg) : async { #Ok : Nat; #Err : TransferError } {
        let from = keyOf({ owner = caller; subaccount = arg.from_subaccount });
        let to = keyOf(arg.to);
        let mint = compareKeys(from, keyOf(minter)) == #equal;
        let burn = compareKeys(to, keyOf(minter)) == #equal;
        let due = if (mint or burn) 0 else fee;
        switch (arg.fee) { case (?given) if (given != due) return #Err(#BadFee { expected_fee = due }); case null {} };
        if (burn and arg.amount < fee) return #Err(#BadBurn { min_burn_amount = fee });
        // What makes two transfers the same transfer: caller and arguments, when they say when they were made.
        let identity = to_candid ((caller, arg));
        switch (arg.created_at_time) {
            case (?created) {
                let time = now();
                if (created + WINDOW + DRIFT < time) return #Err(#TooOld);
                if (created > time + DRIFT) return #Err(#CreatedInFuture { ledger_time = time });
                switch (Map.get(seen, Blob.compare, identity)) {
                    case (?block) return #Err(#Duplicate { duplicate_of = block });
                    case null {};
                };
            };
            case null {};
        };
        if (mint) {
            supply += arg.amount;
        } else {
            let balance = balanceOf(from);
            if (balance < arg.amount + due) return #Err(#InsufficientFunds { balance });
            debit(from, arg.amount + due);
            supply -= due;
        };
        if (burn) supply -= arg.amount else credit(to, arg.amount);
        let block = nextBlock();
        if (arg.created_at_time != null) Map.add(seen, Blob.compare, identity, block);
        #Ok block;
    };

    func allowanceOf(pair : (Key, Key)) : Allowance {
        switch (Map.get(allowances, comparePairs, pair)) {
            case (?found) {
                switch (found.expires_at) {
                    case (?end) if (end <= now()) return { allowance = 0; expires_at = null };
                    case null {};
                };
                found;
            };
            case null { { allowance = 0; expires_at = null } };
        };
    };

    public shared ({ caller }) func icrc2_approve(arg : ApproveArg) : async { #Ok : Nat; #Err : ApproveError } {
        let from = keyOf({ owner = caller; subaccount = arg.from_subaccount });
        let pair = (from, keyOf(arg.spender));
        switch (arg.expires_at) {
            case (?end) if (end <= now()) return #Err(#Expired { ledger_time = now() });
            case null {};
        };
        let current = allowanceOf(pair).allowance;
        switch (arg.expected_allowance) {
            case (?expected) if (expected != current) return #Err(#AllowanceChanged { current_allowance = current });
            case null {};
        };
        let balance = balanceOf(from);
        if (balance < fee) return #Err(#InsufficientFunds { balance });
        debit(from, fee);
        supply -= fee;
        Map.add(allowances, comparePairs, pair, { allowance = arg.amount; expires_at = arg.expires_at });
        #Ok(nextBlock());
    };

    public query func icrc2_allowance({ account : Account; spender : Account }) : async Allowance {
        allowanceOf((keyOf(account), keyOf(spender)));
    };

    public shared ({ caller }) func icrc2_transfer_from(arg : TransferFromArg) : async {
        #Ok : Nat;
        #Err : TransferFromError;
    } {
        let from = keyOf(arg.from);
        let pair = (from, keyOf({ owner = caller; subaccount = arg.spender_subaccount }));
        let { allowance; expires_at } = allowanceOf(pair);
        if (allowance < arg.amount + fee) return #Err(#InsufficientAllowance { allowance });
        let balance = balanceOf(from);
        if (balance < arg.amount + fee) return #Err(#InsufficientFunds { balance });
        debit(from, arg.amount + fee);
        supply -= fee;
        credit(keyOf(arg.to), arg.amount);
        Map.add(allowances, comparePairs, pair, { allowance = allowance - arg.amount - fee : Nat; expires_at });
        #Ok(nextBlock());
    };
};
