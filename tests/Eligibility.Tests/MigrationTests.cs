using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>Data stored before a migration is there after it.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Facts_from_one_table_per_kind_become_versions_of_facts()
    {
        await using var database = await TestDb.CreateAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var person = Guid.CreateVersion7();
        await using (var db = Open(source))
        {
            await db.GetService<IMigrator>().MigrateAsync("InitialEligibility");
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into individuals (id, provider, payers, referred_to_dvrs, sealed, recorded_at)
                values ({person}, 'agency', array['payer-a', 'payer-b'], true, '\x01', now());
                insert into enrollments (id, individual_id, payer, "from", through, funding, benefit_plan, benefit_plan_from, recorded_at)
                values (gen_random_uuid(), {person}, 'payer-a', '2026-01-01', '2026-06-30', 'state', 'ASWOM', '2026-01-01', '2026-01-02T00:00:00Z');
                insert into diagnoses (id, individual_id, class, severity, "primary", diagnosed_on, recorded_at)
                values (gen_random_uuid(), {person}, 'SUD', 'severe', true, '2026-01-03', now());
                insert into assessments (id, individual_id, completed_on, assessor_scope_includes_diagnosis, recorded_at)
                values (gen_random_uuid(), {person}, '2026-01-04', true, now());
                insert into intakes (id, individual_id, desire_to_work, employment_history, recorded_at)
                values (gen_random_uuid(), {person}, true, 'sporadic', now());
                insert into necessity_findings (id, individual_id, finding, found_on, payer, recorded_at)
                values (gen_random_uuid(), {person}, 'met', '2026-01-05', 'payer-a', now());
                """);
        }

        await using (var db = Open(source))
            await db.Database.MigrateAsync();
        await using (var db = Open(source))
        {
            var one = (await db.Load(new IndividualId(person), default))!;
            var enrollment = Assert.Single(one.Enrollments);
            Assert.Equal(("payer-a", new DateOnly(2026, 1, 1), new DateOnly(2026, 6, 30), "ASWOM", 1),
                (enrollment.Payer, enrollment.From, enrollment.Through!.Value, enrollment.BenefitPlan, enrollment.Version));
            Assert.Equal(DateTimeOffset.Parse("2026-01-02T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), enrollment.RecordedAt);
            Assert.Equal(("SUD", "severe", true),
                (Assert.Single(one.Diagnoses).Class, Assert.Single(one.Diagnoses).Severity, Assert.Single(one.Diagnoses).Primary));
            Assert.Equal((true, ""), (Assert.Single(one.Assessments).AssessorScopeIncludesDiagnosis, Assert.Single(one.Assessments).AssessorLicence));
            Assert.Equal((true, "sporadic"), (Assert.Single(one.Intakes).DesireToWork, Assert.Single(one.Intakes).EmploymentHistory));
            Assert.Equal(("met", "payer-a"), (Assert.Single(one.NecessityFindings).Finding, Assert.Single(one.NecessityFindings).Payer));
            Assert.Equal(["payer-b"], one.RegisteringPayers);
        }
    }

    private static EligibilityDb Open(NpgsqlDataSource source) =>
        new((DbContextOptions<EligibilityDb>)Ips.Platform.Data.Database.Configure(new DbContextOptionsBuilder<EligibilityDb>(), source).Options, Caller.None);
}
