//! The tables, as the migrations make them; `tests/it/store.rs` compares the two. Only `store` imports it.

diesel::table! {
    stores (id) {
        id -> Text,
        source -> Text,
        full_walk_at -> Nullable<BigInt>,
        month_walk_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invoices (store_id, id) {
        store_id -> Text,
        id -> Text,
        status -> Text,
        additional_status -> Text,
        kind -> Text,
        amount -> Text,
        currency -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        monitored_until -> Nullable<BigInt>,
        archived -> Bool,
        order_id -> Nullable<Text>,
        order_url -> Nullable<Text>,
        item_code -> Nullable<Text>,
        item_desc -> Nullable<Text>,
        buyer_email -> Nullable<Text>,
        upstream_missing -> Bool,
        raised_msat -> BigInt,
        pending_msat -> BigInt,
        paid_fiat -> Nullable<Text>,
        paid_at -> Nullable<BigInt>,
        methods -> Text,
        search -> Text,
        observed_ms -> BigInt,
    }
}

diesel::table! {
    payments (store_id, invoice_id, id) {
        store_id -> Text,
        invoice_id -> Text,
        id -> Text,
        method_id -> Text,
        coin -> Text,
        status -> Text,
        received_at -> BigInt,
        value -> Text,
        fee -> Text,
        rate -> Nullable<Text>,
        net_msat -> BigInt,
        family -> Text,
        state -> Text,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        dedup_key -> Nullable<Text>,
        repeat_id -> Text,
        original_delivery_id -> Nullable<Text>,
        delivery_id -> Nullable<Text>,
        store_id -> Nullable<Text>,
        invoice_id -> Nullable<Text>,
        event_type -> Nullable<Text>,
        received_ms -> BigInt,
        verified -> Bool,
        outcome -> Text,
        signature_preview -> Nullable<Text>,
        payload -> Nullable<Text>,
        note -> Nullable<Text>,
        attempts -> BigInt,
        behind -> Bool,
        next_ms -> Nullable<BigInt>,
        search -> Text,
    }
}

diesel::table! {
    delivery_steps (delivery, step) {
        delivery -> Text,
        step -> BigInt,
        first_ms -> BigInt,
        last_ms -> BigInt,
        times -> BigInt,
        message -> Text,
    }
}

diesel::table! {
    sync_runs (store_id, id) {
        store_id -> Text,
        id -> Text,
        state -> Text,
        started_ms -> BigInt,
        finished_ms -> Nullable<BigInt>,
        fetched -> BigInt,
        inserted -> BigInt,
        updated -> BigInt,
        unchanged -> BigInt,
        skipped -> BigInt,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
    }
}

diesel::table! {
    source_projects (source, id) {
        source -> Text,
        id -> Text,
        network -> Text,
        verified -> Bool,
        denied_by -> Nullable<Text>,
        title_key -> Text,
        created_at -> BigInt,
        raised_sats -> BigInt,
        investors -> BigInt,
        fetched_ms -> BigInt,
        document -> Text,
        investments -> Text,
        evidence -> Text,
    }
}

diesel::table! {
    meta (name) { name -> Text, value -> Text, }
}

diesel::table! {
    scopes (id) { id -> BigInt, kind -> Text, #[sql_name = "ref"] reference -> Text, }
}

diesel::table! {
    rollup_money (scope, tier, bucket, method, state, currency) {
        scope -> BigInt,
        tier -> Text,
        bucket -> BigInt,
        method -> Text,
        state -> Text,
        currency -> Text,
        msat -> BigInt,
        fiat -> Text,
        payments -> BigInt,
    }
}

diesel::table! {
    rollup_people (scope, tier, bucket, method) {
        scope -> BigInt,
        tier -> Text,
        bucket -> BigInt,
        method -> Text,
        contributions -> BigInt,
        anonymous -> BigInt,
        msat -> BigInt,
    }
}

diesel::table! {
    rollup_created (scope, tier, bucket, status) {
        scope -> BigInt,
        tier -> Text,
        bucket -> BigInt,
        status -> Text,
        invoices -> BigInt,
        onchain_msat -> BigInt,
        lightning_msat -> BigInt,
        other_msat -> BigInt,
    }
}

diesel::table! {
    rollup_sheets (scope, method, bucket) {
        scope -> BigInt,
        method -> Text,
        bucket -> BigInt,
        sheet -> Binary,
    }
}

diesel::table! {
    rollup_sizes (scope, method) {
        scope -> BigInt,
        method -> Text,
        sizes -> Binary,
    }
}

diesel::table! {
    rollup_backers (scope, method, backer) {
        scope -> BigInt,
        method -> Text,
        backer -> BigInt,
        contributions -> BigInt,
    }
}

diesel::table! {
    rollup_backer_counts (scope, method) {
        scope -> BigInt,
        method -> Text,
        backers -> BigInt,
    }
}

diesel::table! {
    contributions (scope, invoice_id, method) {
        scope -> BigInt,
        invoice_id -> Text,
        method -> Text,
        first_at -> BigInt,
        msat -> BigInt,
        class -> BigInt,
        backer -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(invoices, payments);

/// Asks for no row of every column of these tables: an error names what is not as declared.
macro_rules! check_tables {
    ($($table:ident),+ $(,)?) => {
        /// Names of the tables that [`check`] asks for.
        #[cfg(test)]
        const CHECKED: &[&str] = &[$(stringify!($table)),+];

        /// Whether the database has these tables with these columns.
        ///
        /// # Errors
        /// The database's own, which name the table or column.
        pub(super) fn check(conn: &mut super::DbConn) -> Result<(), super::StoreError> {
            use diesel::prelude::*;
            $($table::table.select($table::all_columns).limit(0).execute(conn)?;)+
            Ok(())
        }
    };
}

check_tables!(
    stores,
    invoices,
    payments,
    deliveries,
    delivery_steps,
    sync_runs,
    source_projects,
    meta,
    scopes,
    rollup_money,
    rollup_people,
    rollup_created,
    rollup_sheets,
    rollup_sizes,
    rollup_backers,
    rollup_backer_counts,
    contributions,
);

#[cfg(test)]
mod tests {
    #[test]
    fn every_table_is_checked() {
        let declared = include_str!("schema.rs").split("\ndiesel::table!").skip(1);
        let names: Vec<_> = declared.map(|text| text.split_whitespace().nth(1).unwrap_or_default()).collect();
        assert_eq!(names, super::CHECKED);
    }
}
