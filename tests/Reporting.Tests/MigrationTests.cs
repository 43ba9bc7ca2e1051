using Ips.Reporting.Db;
using Ips.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ips.Reporting.Tests;

public sealed class MigrationTests
{
    [Fact]
    public async Task Of_four_that_migrate_an_empty_database_at_once_one_works_and_none_fails()
    {
        await using var database = await TestDb.CreateAsync();
        var worked = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:reporting-db", database.ConnectionString)]);
            builder.Logging.ClearProviders();
            builder.AddRpc();
            builder.AddDatabase<ReportingDb>("reporting-db");
            await using var app = builder.Build();
            return await app.Services.BringUpToDate<ReportingDb>();
        })));
        Assert.Equal([false, false, false, true], worked.Order());
    }
}
