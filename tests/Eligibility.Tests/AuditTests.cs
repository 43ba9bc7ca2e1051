using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A service whose audit log is sealed when a test requests it, with a database that no other test writes to.</summary>
public sealed class AuditedService : IAsyncLifetime
{
    public EligibilityService Service { get; } = new() { Settings = { ["Protection:SealEvery"] = "01:00:00" } };

    public Task InitializeAsync() => Service.InitializeAsync();

    public Task DisposeAsync() => Service.DisposeAsync();
}

/// <summary>The log records who saw and changed whom, and every change of the log is detected.</summary>
public sealed class AuditTests(AuditedService audited) : IClassFixture<AuditedService>
{
    private readonly EligibilityService service = audited.Service;

    private NpgsqlDataSource Owner => service.Services.GetRequiredService<NpgsqlDataSource>();

    [Fact]
    public async Task Every_read_and_write_is_logged_with_caller_rpc_and_person()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        Assert.Equal($"write {Roles.Provider} {one.Provider} client-one ips.eligibility.v1.Individuals/RegisterIndividual", await First(one));
        Assert.Equal(0L, await Entries(one, "read"));

        await Reads(one, 1, "Individuals/GetIndividual", () => one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsPayer));
        await Reads(one, 1, "Individuals/ListIndividuals", () => one.Individuals.ListIndividualsAsync(new(), one.AsProvider));
        await Reads(one, 1, "Individuals/FindIndividual",
            () => one.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = one.Identifier } }, one.AsProvider));
        await Reads(one, 1, "Determinations/Determine", () => one.Determinations.DetermineAsync(ValidateOnly(one), one.AsProvider));
        await Reads(one, 1, "Determinations/Verify",
            () => one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() }, one.AsPayer));
        await Reads(one, 0, "Individuals/GetIndividual", async () => await EligibilityService.Refused(async () =>
            await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, service.As(Roles.Provider, "agency-foreign"))));

        var writes = await Entries(one, "write");
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Assert.Equal(writes + 1, await Entries(one, "write"));
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        await Reads(one, 1, "Referrals/PullFeed", () => one.Referrals.PullFeedAsync(new(), one.AsDvrs));
    }

    [Fact]
    public async Task A_get_of_what_the_caller_may_not_see_is_logged_as_refused()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var determination = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        var night = service.As(Roles.Ops, "platform", "night-shift");
        Dictionary<string, string> names = new()
        {
            ["GetIndividual"] = one.Name,
            ["GetDetermination"] = determination.Name,
            ["GetDecision"] = $"decisions/{determination.Decision.DecisionId}",
            ["GetServiceOrder"] = (await one.Draft()).Name,
            ["GetAuthorization"] = (await one.Approved(Proto.AuthorizationKind.Ips, 10)).Name,
            ["GetReferral"] = (await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider)).Name,
            ["GetCareerProfile"] = (await one.CareerProfiles.CreateCareerProfileAsync(new()
            {
                Individual = one.Name,
                DatedOn = service.Day(),
                Content = new() { Strengths = "Walks" },
                RequestId = EligibilityService.NewId(),
            }, one.AsProvider)).Name,
            ["GetDisclosure"] = (await new Proto.Disclosures.DisclosuresClient(service.Channel).OpenDisclosureAsync(
                new() { Individual = one.Name, Reason = "Emergency department asks", RequestId = EligibilityService.NewId() }, night)).Name,
        };
        var requested = (await one.Requested()).Name;
        names["GetDocument"] = (await service.Uploaded(requested, DocumentKind.CareerProfile, one.AsProvider)).Name;
        var denied = await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Ruling(
            await one.Authorizations.GetAuthorizationAsync(new() { Name = requested }, one.AsProvider), Proto.AuthorizationOutcome.Deny, "NC-AUTH-011"), one.AsPayer);
        names["GetAppeal"] = (await one.Appeals.FileAppealAsync(new()
        {
            Authorization = denied.Name,
            Kind = Proto.AppealKind.Appeal,
            Filer = Proto.AppealFiler.Provider,
            RequestedOn = service.Day(),
            Reason = "It is needed",
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider)).Name;
        names["GetDeadline"] = (await one.Deadlines.ListDeadlinesAsync(new() { Subject = names["GetAuthorization"] }, one.AsProvider)).Deadlines[0].Name;
        var gets = typeof(Proto.IndividualsReflection).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(Proto.IndividualsReflection).Namespace && t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .SelectMany(t => ((Google.Protobuf.Reflection.FileDescriptor)t.GetProperty("Descriptor")!.GetValue(null)!).Services).SelectMany(s => s.Methods)
            .Where(rpc => rpc.Name.StartsWith("Get", StringComparison.Ordinal) && rpc.InputType.FindFieldByName("name") is not null)
            // A roster entry and a referral are about a person who is not on file.
            .Where(rpc => rpc.Name is not ("GetRosterEntry" or "GetIntakeReferral" or "GetSentIntakeReferral")).ToList();
        Assert.Equal(gets.Select(rpc => rpc.Name).Order(), names.Keys.Order());

        using var foreign = service.Http(Roles.Provider, "agency-foreign");
        using var own = service.Http(Roles.Provider, one.Provider);
        foreach (var rpc in gets)
        {
            var name = names[rpc.Name];
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await foreign.GetAsync($"/v1/{name}")).StatusCode);
            Assert.Equal(1L, await Entries(one, "refused", $"{rpc.Service.FullName}/{rpc.Name}"));
            Assert.Equal(System.Net.HttpStatusCode.OK, (await own.GetAsync($"/v1/{name}")).StatusCode);
            // What does not exist is about no one.
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await foreign.GetAsync($"/v1/{name.Split('/')[0]}/{Guid.CreateVersion7()}")).StatusCode);
        }

        Assert.Equal(names.Count, await Entries(one, "refused"));
    }

    [Fact]
    public async Task A_list_that_shows_nothing_is_no_disclosure()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await one.Requested();
        var before = await Entries(one, "read");
        using var foreign = service.Http(Roles.Provider, "agency-foreign");
        foreach (var list in new[] { "authorizations", "determinations", "serviceOrders" })
            Assert.True((await foreign.GetAsync($"/v1/{one.Name}/{list}")).IsSuccessStatusCode, list);
        Assert.Equal(before, await Entries(one, "read"));
        using var own = service.Http(Roles.Provider, one.Provider);
        Assert.True((await own.GetAsync($"/v1/{one.Name}/authorizations")).IsSuccessStatusCode);
        Assert.Equal(before + 1, await Entries(one, "read"));
    }

    [Fact]
    public async Task Each_person_of_a_list_is_logged_and_a_failed_change_is_not()
    {
        var (provider, payer) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"));
        PersonBuilder[] people =
            [await PersonBuilder.Register(service, provider: provider, payer: payer), await PersonBuilder.Register(service, provider: provider, payer: payer)];
        await people[0].Individuals.ListIndividualsAsync(new(), service.As(Roles.Mco, payer));
        foreach (var one in people)
            Assert.Equal(1L, await Entries(one, "read", "ips.eligibility.v1.Individuals/ListIndividuals"));

        var before = await service.Count("audit_readable where action = 'write'");
        await service.RefusedWithoutTrace(async () => await people[0].Individuals.RegisterIndividualAsync(people[0].Registration(), people[0].AsProvider));
        Assert.Equal(before, await service.Count("audit_readable where action = 'write'"));
    }

    [Fact]
    public async Task Concurrent_reads_are_all_stored_and_a_service_that_stops_refuses()
    {
        AuditWriter writer = new(service.Services.GetRequiredService<RequestDatabase>());
        var people = Enumerable.Range(0, 200).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(people.Select((_, i) => i).GroupBy(i => i % 60, i => people[i]).Select(some => writer.Write(Entry([.. some]), default)));
        foreach (var person in people)
            Assert.Equal(1, await service.Count($"ips_who_saw('{person}') where rpc = 'test' and caller = 'client-one' and array['{person}'::uuid] <@ people"));
        Assert.Equal(60, await service.Count("audit_readable where rpc = 'test'"));

        var last = writer.Write(Entry(people[..1]), default);
        await writer.StopAsync(default);
        Assert.True(last.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<TimeoutException>(() => writer.Write(Entry(people[..1]), default));

        AuditEntry Entry(Guid[] seen) => new()
        {
            At = service.Clock.GetUtcNow(),
            Context = new("read", Roles.Ops, "ips", "client-one", "test"),
            People = seen,
        };
    }

    [Fact]
    public async Task Replicas_that_store_the_same_new_contexts_at_once_give_them_one_code()
    {
        var person = Guid.CreateVersion7();
        AuditWriter[] writers = [.. Enumerable.Range(0, 8).Select(_ => new AuditWriter(service.Services.GetRequiredService<RequestDatabase>()))];
        await Task.WhenAll(writers.SelectMany(writer => Enumerable.Range(0, 100).Select(i => writer.Write(
            new() { At = service.Clock.GetUtcNow(), Context = new("read", "ops", "ips", $"caller-{i * 37 % 100}", "new"), People = [person] }, default))));
        Assert.Equal(100, await service.Count("audit_contexts where rpc = 'new'"));
        Assert.Equal(100L, await service.Scalar(
            $"select count(*) from (select from ips_who_saw('{person}') where rpc = 'new' group by caller having count(*) = 8) c"));
    }

    [Fact]
    public async Task A_page_of_a_batch_is_one_row()
    {
        List<string> people = [];
        var (provider, payer) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"));
        for (var i = 0; i < 20; i++)
            people.Add((await PersonBuilder.Register(service, provider: provider, payer: payer)).Name);
        Contracts.Eligibility.V1.Determinations.DeterminationsClient client = new(service.Channel);
        using var call = client.VerifyBatch(service.As(Roles.Mco, payer));
        foreach (var (i, name) in people.Index())
        {
            await call.RequestStream.WriteAsync(
                new() { ItemId = $"{i}", Verify = new() { Individual = name, Program = "nc-core", ServiceDate = service.Day() } });
        }

        await call.RequestStream.CompleteAsync();
        while (await call.ResponseStream.MoveNext(default))
        {
        }

        const string OfBatch = "audit_readable where rpc = 'ips.eligibility.v1.Determinations/VerifyBatch'";
        Assert.Equal(20L, await service.Scalar($"select sum(cardinality(people)) from {OfBatch}"));
        Assert.InRange(await service.Count(OfBatch), 1, 5);
        Assert.Equal(76, await service.Scalar("select max(pg_column_size(l.*)) from audit_log l where people is null and disclosure is null"));
        Assert.Equal(0, await service.Count("audit_log l where pg_column_size(l.*) > 96 + 16 * cardinality(people)"));
    }

    [Fact]
    public async Task A_read_that_cannot_be_logged_is_not_shown()
    {
        var one = await PersonBuilder.Register(service);
        await Run("revoke insert on audit_log from ips_request");
        try
        {
            var refused = await EligibilityService.Refused(async () => await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsProvider));
            Assert.Equal(StatusCode.Internal, refused.Code);
            await service.RefusedWithoutTrace(async () => await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider));
        }
        finally
        {
            await Run("grant insert on audit_log to ips_request");
        }

        await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsProvider);
    }

    [Theory]
    [InlineData("update audit_log set at = now()")]
    [InlineData("delete from audit_log")]
    [InlineData("truncate audit_log")]
    [InlineData("update audit_contexts set caller = 'somebody-else'")]
    [InlineData("delete from audit_contexts")]
    [InlineData("truncate audit_contexts")]
    [InlineData("update audit_entries set caller = 'somebody-else'")]
    [InlineData("delete from audit_entries")]
    [InlineData("truncate audit_entries")]
    [InlineData("update audit_seals set entries = 0")]
    [InlineData("delete from audit_seals")]
    [InlineData("truncate audit_seals")]
    [InlineData("delete from audit_trims")]
    public async Task No_role_changes_the_log_not_even_its_owner(string sql)
    {
        await PersonBuilder.Register(service);
        await Sealed();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Run(sql));
        Assert.Contains("append-only", refused.MessageText);
        await using var connection = await service.Services.GetRequiredService<RequestDatabase>().Source.OpenConnectionAsync();
        await using NpgsqlCommand asRequest = new(sql, connection);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => asRequest.ExecuteNonQueryAsync())).SqlState);
    }

    [Theory]
    [InlineData("changed", "update audit_log set context = -context where {0}", "update audit_log set context = -context where {0}")]
    [InlineData("one person of several replaced", "update audit_log set people[2] = '{1}' where {0}", "update audit_log set people[2] = '{2}' where {0}")]
    [InlineData("one person of several removed", "update audit_log set people = array_remove(people, '{2}') where {0}",
        "update audit_log set people = people[:1] || '{2}'::uuid || people[2:] where {0}")]
    [InlineData("redated", "update audit_log set at = at + interval '1 day' where {0}", "update audit_log set at = at - interval '1 day' where {0}")]
    [InlineData("removed", "create table taken as select * from audit_log where {0}; delete from audit_log where {0}",
        "insert into audit_log select * from taken; drop table taken")]
    [InlineData("added", "insert into audit_log (xid, at, context, person, trace) select xid, at, context, '{1}', trace from audit_log where {0}",
        "delete from audit_log where person = '{1}'")]
    [InlineData("added in the older form",
        "insert into audit_entries select xid, '{1}', at, 'read', 'ops', 'ips', 'forged', 'rpc', '{1}', null, '' from audit_log where {0}",
        "delete from audit_entries where caller = 'forged'")]
    [InlineData("done by another", "update audit_contexts set caller = 'x' || caller where code = {3}",
        "update audit_contexts set caller = substring(caller from 2) where code = {3}")]
    [InlineData("done by an unknown", "create table taken as select * from audit_contexts where code = {3}; delete from audit_contexts where code = {3}",
        "insert into audit_contexts overriding system value select * from taken; drop table taken")]
    [InlineData("resealed", "update audit_seals set hash = sha256(hash) where number = (select max(number) from audit_seals)", "")]
    [InlineData("cut off", "delete from audit_seals where number = 1", "")]
    public async Task Tampering_is_detected_and_named(string what, string tamper, string repair)
    {
        // A test on a copy of the log's tables would test the copy only; this test restores what it changed, where it can.
        var provider = EligibilityService.NewCode("agency");
        PersonBuilder[] listed = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PersonBuilder.Register(service, provider: provider)))];
        await listed[0].Individuals.ListIndividualsAsync(new(), listed[0].AsProvider);
        await Sealed();
        for (var people = 0; people < 3; people++)
            await PersonBuilder.Register(service);
        await Sealed();
        var good = await AuditVerifier.Verify(Owner);
        Assert.True(good.Break is null, $"before it was {what}: {good.Break}");
        Assert.True(good is { Entries: > 6, Seals: > 1, Waiting: 0 }, good.ToString());
        // The entry of the list, which has three people.
        var of = $"people @> array['{Id(listed[0])}'::uuid]";
        var (second, context) = ((Guid)(await service.Scalar($"select people[2] from audit_log where {of}"))!,
            (int)(await service.Scalar($"select context from audit_log where {of}"))!);
        var entry = $"people[1] = '{await service.Scalar($"select people[1] from audit_log where {of}")}'";
        string Filled(string sql) => string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, entry, Guid.Empty, second, context);
        if (repair.Length == 0)
            await Run("create table kept as select * from audit_seals");

        await AsSuperuser(Filled(tamper));
        var found = await AuditVerifier.Verify(Owner);
        Assert.NotNull(found.Break);
        if (repair.Length > 0 && what is not "removed")
            Assert.Contains($"the entry of transaction {await service.Scalar($"select xid from audit_log where {entry}")} at ", found.Break);

        await AsSuperuser(repair.Length == 0
            ? "delete from audit_seals; insert into audit_seals select * from kept; drop table kept"
            : Filled(repair));
        Assert.Null((await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public async Task A_rebuilt_log_does_not_have_the_recorded_seal()
    {
        await PersonBuilder.Register(service);
        await Sealed();
        var noted = (await AuditVerifier.Verify(Owner)).Last;
        Assert.Null((await AuditVerifier.Verify(Owner, noted)).Break);
        Assert.NotNull((await AuditVerifier.Verify(Owner, noted[..^1] + (noted[^1] == '0' ? '1' : '0'))).Break);
        Assert.Contains("missing", (await AuditVerifier.Verify(Owner, "999999:00")).Break);
    }

    [Fact]
    public async Task Replicas_that_seal_concurrently_write_one_chain()
    {
        for (var turn = 0; turn < 5; turn++)
        {
            await PersonBuilder.Register(service);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.Services.GetRequiredService<AuditSealer>().Seal(default)));
        }

        await Sealed();
        Assert.Null((await AuditVerifier.Verify(Owner)).Break);
    }

    [Fact]
    public void Every_rpc_names_the_person_it_shows_or_is_known_to_show_none()
    {
        // PullFeed, Watch, GetReferralContacts and DownloadDocument show a person without its id and write the entry themselves; the others show no person.
        string[] notes = ["Referrals/PullFeed", "Referrals/Watch", "Referrals/GetReferralContacts", "Documents/DownloadDocument"];
        string[] showNoPerson = ["Referrals/GetFeedTally", "ChangeFeed/GetChangesTally", "Authorizations/ListUnitDraws", "Authorizations/ListAutoApprovals",
            "Authorizations/SetAutoApproval", "Determinations/ListReverifications", "IntakeReferrals/SendIntakeReferral",
            "IntakeReferrals/GetSentIntakeReferral", "IntakeReferrals/ListSentIntakeReferrals", "IntakeReferrals/WithdrawIntakeReferral", "Decisions/SimulatePolicies", "Decisions/ReportShadow",
            "Decisions/ListDependents",
            "PolicyReleases/ListPolicyReleases", "PolicyReleases/DiffPolicyReleases", "PolicyReleases/ListPolicyActivations",
            "PolicyReleases/ProposePolicyActivation", "PolicyReleases/AcceptPolicyActivation", "PolicyReleases/WithdrawPolicyActivation"];
        // Their responses name an authorization; the entry names the person with the change.
        string[] changes = ["Authorizations/ConfirmUnits", "Authorizations/CorrectUnits", "Authorizations/DrawUnits", "Authorizations/ReleaseUnits"];
        // The name of a fact or contact begins with the person's name, and decisions write the entry themselves.
        string[] named = ["Individuals/CorrectContact", "Individuals/RetractContact", "Individuals/CorrectFact", "Individuals/RetractFact", "Individuals/RevokeConsent", "Decisions/GetDecision",
            "Decisions/ReplayDecision", "Decisions/ExplainDecision"];
        var silent = typeof(Proto.IndividualsReflection).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(Proto.IndividualsReflection).Namespace && t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .SelectMany(t => ((Google.Protobuf.Reflection.FileDescriptor)t.GetProperty("Descriptor")!.GetValue(null)!).Services).SelectMany(s => s.Methods)
            .Where(rpc => !Names(rpc.InputType, []) && !Names(rpc.OutputType, []))
            .Select(rpc => $"{rpc.Service.Name}/{rpc.Name}");
        Assert.Equal(notes.Concat(showNoPerson).Concat(changes).Concat(named).Order(), silent.Order());

        static bool Names(Google.Protobuf.Reflection.MessageDescriptor message, HashSet<string> seen) => seen.Add(message.FullName)
            && (message.FullName == "ips.eligibility.v1.Individual"
                || message.Fields.InDeclarationOrder().Any(f => f.Name is "individual" or "individuals"
                    || (f.FieldType == Google.Protobuf.Reflection.FieldType.Message && Names(f.MessageType, seen))));
    }

    private async Task Reads(PersonBuilder one, int times, string rpc, Func<AsyncUnaryCall<Proto.Individual>> call) =>
        await Reads(one, times, rpc, async () => await call());

    private async Task Reads<T>(PersonBuilder one, int times, string rpc, Func<AsyncUnaryCall<T>> call) =>
        await Reads(one, times, rpc, async () => await call());

    private async Task Reads(PersonBuilder one, int times, string rpc, Func<Task> call)
    {
        var before = await Entries(one, "read", $"ips.eligibility.v1.{rpc}");
        await call();
        Assert.Equal(before + times, await Entries(one, "read", $"ips.eligibility.v1.{rpc}"));
    }

    private Proto.DetermineRequest ValidateOnly(PersonBuilder one)
    {
        var request = one.Determination();
        request.ValidateOnly = true;
        return request;
    }

    private Task<long> Entries(PersonBuilder one, string action, string? rpc = null) =>
        service.Count($"ips_who_saw('{Id(one)}') where action = '{action}'" + (rpc is null ? "" : $" and rpc = '{rpc}'"));

    private async Task<string> First(PersonBuilder one) => (string)(await service.Scalar(
        $"select concat_ws(' ', action, role, organization, caller, rpc) from ips_who_saw('{Id(one)}') order by xid limit 1"))!;

    private static string Id(PersonBuilder one) => one.Name.Split('/')[1];

    // Other databases of the server may run older transactions; entries they hold back are sealed a moment later.
    private Task Sealed() => Poll.Until(async () =>
    {
        await service.Services.GetRequiredService<AuditSealer>().Seal(default);
        return (await AuditVerifier.Verify(Owner)) is { Break: not null } or { Waiting: 0 };
    });

    private Task AsSuperuser(string sql) => Run($"set session_replication_role = replica; {sql}; set session_replication_role = origin");

    private async Task Run(string sql)
    {
        await using NpgsqlConnection connection = new(service.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
