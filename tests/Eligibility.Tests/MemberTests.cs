using Grpc.Core;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>People of an agency with members: a caseload limits what they see, in code and by row-level security alone, and roles what they do.</summary>
[Collection("eligibility")]
public sealed class MemberTests(EligibilityService service)
{
    private static readonly string[] PersonTables =
        ["individuals", "individual_identifiers", "individual_keys", "facts", "determinations", "service_orders", "authorizations", "decisions", "referrals", "deadlines"];

    public static TheoryData<MemberRole> All => [.. Enum.GetValues<MemberRole>().Where(role => role != MemberRole.Unspecified)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_member_of_any_role_sees_its_caseload_and_no_other_person(MemberRole role)
    {
        var (crew, mine, other) = await Agency();
        var (staff, colleague) = (Crew.NewStaff(), Crew.NewStaff());
        await crew.Member("anna", role, staff);
        await crew.Assign(mine.Name, staff);
        await crew.Assign(other.Name, colleague);
        var foreign = await PersonBuilder.Register(service);

        var anna = service.As(Roles.Provider, crew.Organization, "anna");
        Assert.Equal(mine.Name, (await mine.Individuals.GetIndividualAsync(new() { Name = mine.Name }, anna)).Name);
        Assert.Equal([mine.Name], (await mine.Individuals.ListIndividualsAsync(new(), anna)).Individuals.Select(i => i.Name));
        Assert.NotEmpty((await mine.Determinations.ListDeterminationsAsync(new() { Individual = mine.Name }, anna)).Determinations);
        foreach (var hidden in new[] { other, foreign })
        {
            await NotFound(async () => await mine.Individuals.GetIndividualAsync(new() { Name = hidden.Name }, anna));
            Assert.Empty((await mine.Determinations.ListDeterminationsAsync(new() { Individual = hidden.Name }, anna)).Determinations);
            Assert.Empty((await mine.Authorizations.ListAuthorizationsAsync(new() { Individual = hidden.Name }, anna)).Authorizations);
        }

        // Without the filters of EF, and by SQL.
        Caller limited = new(Roles.Provider, crew.Organization, "anna") { Member = new([role], [staff.Value]) };
        foreach (var table in PersonTables)
        {
            Assert.True(await Count(limited, table, mine) > 0, $"{table}: the own person is hidden");
            Assert.Equal((table, 0L), (table, await Count(limited, table, other)));
            Assert.Equal((table, 0L), (table, await Count(limited, table, foreign)));
        }
    }

    [Fact]
    public async Task No_one_sees_a_person_before_the_first_and_after_the_last_day_of_the_assignment_and_an_empty_caseload_shows_no_one()
    {
        var (crew, mine, other) = await Agency();
        var staff = Crew.NewStaff();
        await crew.Member("anna", MemberRole.Specialist, staff);
        await crew.Assign(mine.Name, staff, from: -30, through: -1);
        await crew.Assign(other.Name, staff, from: 1);
        var anna = service.As(Roles.Provider, crew.Organization, "anna");
        Assert.Empty((await mine.Individuals.ListIndividualsAsync(new(), anna)).Individuals);
        await crew.Assign(mine.Name, staff, from: 0, through: 0);
        Assert.Equal([mine.Name], (await mine.Individuals.ListIndividualsAsync(new(), anna)).Individuals.Select(i => i.Name));
    }

    [Theory]
    [InlineData(-10, -1, false)]
    [InlineData(-10, 0, true)]
    [InlineData(0, 5, true)]
    [InlineData(1, 5, false)]
    public async Task A_delegation_shows_another_caseload_from_its_first_through_its_last_day(int from, int through, bool sees)
    {
        var (crew, mine, other) = await Agency();
        var (staff, colleague) = (Crew.NewStaff(), Crew.NewStaff());
        var member = await crew.Member("anna", MemberRole.Specialist, staff);
        await crew.Assign(mine.Name, staff);
        await crew.Assign(other.Name, colleague);
        await crew.Delegate(member, colleague, from, through);
        var anna = service.As(Roles.Provider, crew.Organization, "anna");
        Assert.Equal((sees ? new[] { mine.Name, other.Name } : [mine.Name]).Order(),
            (await mine.Individuals.ListIndividualsAsync(new(), anna)).Individuals.Select(i => i.Name).Order());
    }

    [Fact]
    public async Task Once_there_is_a_member_a_person_without_a_membership_in_force_is_refused_and_a_program_is_not()
    {
        var (crew, mine, _) = await Agency();
        var bob = service.As(Roles.Provider, crew.Organization, "bob");
        Assert.Equal(2, (await mine.Individuals.ListIndividualsAsync(new(), bob)).Individuals.Count);
        await crew.Member("anna", MemberRole.Supervisor);
        await crew.Member("later", MemberRole.Supervisor, from: 1);
        var was = await crew.Member("was", MemberRole.Supervisor);
        var before = service.As(Roles.Provider, crew.Organization, "was");
        Assert.Equal(2, (await mine.Individuals.ListIndividualsAsync(new(), before)).Individuals.Count);
        await crew.Member("was", MemberRole.Supervisor, through: -1, again: was);
        foreach (var who in new[] { "bob", "later", "was" })
            await Forbidden(async () => await mine.Individuals.ListIndividualsAsync(new(), service.As(Roles.Provider, crew.Organization, who)));
        var program = service.As(Roles.Provider, crew.Organization, "system", client: "system");
        Assert.Equal(2, (await mine.Individuals.ListIndividualsAsync(new(), program)).Individuals.Count);
        // On the other wire too, with a reason.
        using var http = service.Http(Roles.Provider, crew.Organization);
        using var refused = await http.GetAsync(new Uri("/v1/individuals", UriKind.Relative));
        Assert.Equal((System.Net.HttpStatusCode.Forbidden, true),
            (refused.StatusCode, (await refused.Content.ReadAsStringAsync()).Contains("is no member of its organization", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(MemberRole.Administrator, false)]
    [InlineData(MemberRole.Supervisor, true)]
    [InlineData(MemberRole.Specialist, true)]
    [InlineData(MemberRole.BenefitsCounselor, false)]
    [InlineData(MemberRole.Billing, false)]
    [InlineData(MemberRole.Reviewer, true)]
    [InlineData(MemberRole.ReadOnly, false)]
    public async Task The_role_says_who_determines(MemberRole role, bool may)
    {
        var (crew, mine, _) = await Agency();
        await crew.Member("anna", role);
        var anna = service.As(Roles.Provider, crew.Organization, "anna");
        var request = mine.Determination("nc-state");
        if (may)
            Assert.Equal(mine.Name, (await mine.Determinations.DetermineAsync(request, anna)).Individual);
        else
            await Forbidden(async () => await mine.Determinations.DetermineAsync(request, anna));
    }

    [Fact]
    public async Task A_limited_member_records_for_its_own_person_and_registers_no_one()
    {
        var (crew, mine, other) = await Agency();
        var staff = Crew.NewStaff();
        await crew.Member("anna", MemberRole.Specialist, staff);
        await crew.Assign(mine.Name, staff);
        var anna = service.As(Roles.Provider, crew.Organization, "anna");
        Assert.Equal(mine.Name, (await mine.Determinations.DetermineAsync(mine.Determination("nc-state"), anna)).Individual);
        await NotFound(async () => await other.Determinations.DetermineAsync(other.Determination("nc-state"), anna));
        await Forbidden(async () => await mine.Individuals.RegisterIndividualAsync(mine.Registration(), anna));
        // The database refuses what the door lets through.
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Execute(new(Roles.Provider, crew.Organization, "anna")
        {
            Member = new([MemberRole.Specialist], [staff.Value]),
        }, "insert into facts (id, version, kind, individual_id, class, \"primary\", recorded_at, recorded_by) "
            + $"values (gen_random_uuid(), 1, 'diagnosis', '{Id(other)}', 'SPMI', true, now(), 'x')"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task A_stream_ends_when_its_member_is_removed()
    {
        var (crew, _, _) = await Agency();
        var member = await crew.Member("anna", MemberRole.Supervisor);
        Proto.ChangeFeed.ChangeFeedClient feed = new(service.Channel);
        using var stream = feed.WatchChanges(new(), service.As(Roles.Provider, crew.Organization, "anna"));
        Assert.True(await stream.ResponseStream.MoveNext(default));
        await crew.Member("anna", MemberRole.Supervisor, through: -1, again: member);
        var refusal = await EligibilityService.Refused(async () =>
        {
            while (await stream.ResponseStream.MoveNext(default))
            {
            }
        });
        Assert.Equal(StatusCode.PermissionDenied, refusal.Code);
    }

    [Fact]
    public async Task The_database_finds_the_people_of_a_caseload_by_an_index()
    {
        var (crew, mine, _) = await Agency();
        var staff = Crew.NewStaff();
        await crew.Assign(mine.Name, staff);
        Caller limited = new(Roles.Provider, crew.Organization, "anna") { Member = new([MemberRole.Specialist], [staff.Value]) };
        await using var connection = await Connection(limited);
        await using NpgsqlCommand plain = new(
            "set local enable_seqscan = off; explain select 1 from caseloads where individual_id = gen_random_uuid() and staff_member_id = any(ips_caseloads())",
            connection);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var rows = await plain.ExecuteReaderAsync();
            List<string> plan = [];
            while (await rows.ReadAsync())
                plan.Add(rows.GetString(0));
            Assert.Contains(plan, line => line.Contains("ix_caseloads_individual_id_staff_member_id", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_member_that_only_reads_sends_no_document_and_no_278_by_HTTP_either()
    {
        var (crew, mine, _) = await Agency();
        var pended = (await mine.Authorizations.ListAuthorizationsAsync(new() { Individual = mine.Name }, mine.AsProvider)).Authorizations[0];
        await crew.Member("reader", MemberRole.ReadOnly);
        using HttpClient http = new() { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", TestIssuer.Token(Roles.Provider, crew.Organization, "reader"));
        var before = await service.Count($"documents where provider = '{crew.Organization}'");
        var upload = $"/v1/documents:upload?kind=DOCUMENT_KIND_CAREER_PROFILE&subject={pended.Name}&documentDate={service.Day()}&requestId={Guid.NewGuid()}";
        using var document = await http.PostAsync(upload, new ByteArrayContent(EligibilityService.Pdf("x")));
        using StringContent empty = new("ISA", System.Text.Encoding.ASCII, "application/EDI-X12");
        using var file = await http.PostAsync("/x12", empty);
        Assert.Equal((System.Net.HttpStatusCode.Forbidden, System.Net.HttpStatusCode.Forbidden), (document.StatusCode, file.StatusCode));
        Assert.Equal(before, await service.Count($"documents where provider = '{crew.Organization}'"));
    }

    private async Task<(Crew Crew, PersonBuilder Mine, PersonBuilder Other)> Agency()
    {
        var mine = await Whole(null);
        var other = await Whole(mine);
        return (new(service.Services, mine.Provider), mine, other);
    }

    private async Task<PersonBuilder> Whole(PersonBuilder? beside)
    {
        var one = await (await PersonBuilder.Register(service, provider: beside?.Provider, payer: beside?.Payer)).WithFacts();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        await one.Draft();
        await one.Requested();
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        return one;
    }

    private static Guid Id(PersonBuilder one) => Guid.Parse(one.Name.Split('/')[1]);

    private async Task<long> Count(Caller caller, string table, PersonBuilder one)
    {
        var where = table switch
        {
            "individuals" => $"id = '{Id(one)}'",
            "decisions" => $"subject = '{one.Name}'",
            _ => $"individual_id = '{Id(one)}'",
        };
        await using var connection = await Connection(caller);
        await using NpgsqlCommand count = new($"select count(*) from {table} where {where}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task<int> Execute(Caller caller, string sql)
    {
        await using var connection = await Connection(caller);
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> Connection(Caller caller)
    {
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, caller, default);
        return connection;
    }

    private static async Task NotFound(Func<Task> call) => Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(call)).Code);

    private static async Task Forbidden(Func<Task> call) => Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(call)).Code);
}
