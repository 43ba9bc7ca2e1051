using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>Every table of the service can be written by the group writer.</summary>
[Collection("staffing")]
public sealed class GroupWriterStatementsTests(StaffingService service)
{
    [Fact]
    public async Task PostgreSQL_plans_the_statements_of_every_table() =>
        Assert.InRange(await service.WithDb(db => StatementPlans.Explain(db, service.Database.ConnectionString)), 20, int.MaxValue);
}
