DROP TABLE contributions;
DROP TABLE rollup_backers;
DROP TABLE rollup_sizes;
DROP TABLE rollup_created;
DROP TABLE rollup_people;
DROP TABLE rollup_money;
DROP TABLE scopes;
