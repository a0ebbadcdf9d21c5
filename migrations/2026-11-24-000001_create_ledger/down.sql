DROP TABLE meta;
DROP TABLE source_projects;
DROP TABLE sync_runs;
DROP TABLE delivery_steps;
DROP TABLE deliveries;
DROP TABLE payments;
DROP TABLE invoices;
DROP TABLE stores;
