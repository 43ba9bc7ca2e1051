using Ips.Staffing.Db;
using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>One running service for all tests; each test creates its own people and organizations.</summary>
[CollectionDefinition("staffing")]
public sealed class StaffingServices : ICollectionFixture<StaffingService>;

/// <summary>Staffing. Its clock stays at noon of 2026-03-02 until a test advances it.</summary>
public sealed class StaffingService : RunningService<Program, StaffingDb>
{
    // Its own queues: the service of another test class on the same broker must not take its messages.
    public StaffingService()
        : base("staffing-db", options => new(options, Caller.None), FixedClock.At("2026-03-02")) => Settings["OTEL_SERVICE_NAME"] = NewCode("staffing");

    protected override IEnumerable<string> Tables =>
        ["organizations", "contracts", "teams", "staff", "credentials", "roles_held", "assignments", "decisions"];
}
