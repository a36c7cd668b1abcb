//! Canister1 of "Asynchronous Execution on ICP" in Rust: the twin of `increment_both_err` in `commit-points.did`.
//!
//! Interleave does not run cargo: build it as docs/rust.md says and declare the module as a `custom` canister.
use std::cell::RefCell;

use candid::{CandidType, Nat, Principal};
use ic_cdk::call::Call;
use ic_cdk::{query, update};

thread_local! {
    static STATE_VAR: RefCell<u64> = const { RefCell::new(0) };
}

#[derive(CandidType)]
enum Outcome {
    #[serde(rename = "ok")]
    Ok,
    #[serde(rename = "err")]
    Err(String),
}

/// Row `increment-both-err`: an error that is returned is a reply, and a reply undoes nothing.
#[update]
async fn increment_both_err(canister2: Principal) -> Outcome {
    STATE_VAR.with_borrow_mut(|x| *x += 1);
    // Commit point: what stands above stays, whatever happens below.
    if let Err(error) = Call::unbounded_wait(canister2, "increment").await {
        return Outcome::Err(format!("{error:?}"));
    }
    if STATE_VAR.with_borrow(|x| *x) > 0 {
        return Outcome::Err("Failed to complete the operation.".to_string());
    }
    Outcome::Ok
}

#[query]
fn get_x() -> Nat {
    Nat::from(STATE_VAR.with_borrow(|x| *x))
}

ic_cdk::export_candid!();
