-- Runs once, on empty data. Each service has a database of its own.
create database "eligibility-db";
create database "staffing-db";
create database "fidelity-db";
create database "billing-db";
create database "reporting-db";
