-- The next start finds no zone and makes the roll-ups anew.
DELETE FROM meta WHERE name = 'day_zone';
DROP TABLE contributions;
DROP TABLE rollup_backer_counts;
DROP TABLE rollup_backers;
DROP TABLE rollup_sizes;
DROP TABLE rollup_sheets;
DROP TABLE rollup_created;
DROP TABLE rollup_people;
DROP TABLE rollup_money;
DROP TABLE scopes;
