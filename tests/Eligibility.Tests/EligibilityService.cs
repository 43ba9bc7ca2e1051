using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>One running service for all tests; each test creates its own people and organizations.</summary>
[CollectionDefinition("eligibility")]
public sealed class EligibilityServices : ICollectionFixture<EligibilityService>;

/// <summary>Eligibility. Its clock stays at noon of 2026-03-02 until a test advances it.</summary>
public sealed class EligibilityService : RunningService<EligibilityDb, EligibilityDb>
{
    public EligibilityService()
        : base("eligibility-db", options => new(options, Caller.None), FixedClock.At("2026-03-02"))
    {
        Settings["Feed:HeartbeatSeconds"] = "1";
        // Its own queues: the service of another test class on the same broker must not take its messages.
        Settings["OTEL_SERVICE_NAME"] = NewCode("eligibility");
        // The receivers of the tests are on this machine, and the tests say when they are sent to.
        (Settings["Fhir:Subscriptions:AllowLoopback"], Settings["Fhir:Subscriptions:Every"]) = ("true", "1.00:00:00");
        // No person of this agency signs in here.
        Settings["Policies:ByOperations:0"] = "mo-dmh";
        Settings["RateLimits:Rpcs:Questionnaire/$questionnaire-package"] = "3";
        // Every fuzzed call shall reach its rpc.
        Settings["RateLimits:Rpcs:OpenDisclosure"] = "100000";
    }

    /// <summary>Billing beside this service, on the same clock; it starts when a test first needs it.</summary>
    public Task<BillingBeside> Billing() => billing ??= BillingBeside.Start(this);

    private Task<BillingBeside>? billing;
    private readonly FakeService staffing = new();

    /// <summary>Organizations as Staffing knows them.</summary>
    public OrganizationsFake Organizations { get; } = new();

    /// <summary>Staff as Staffing lists it.</summary>
    public StaffFake Staff { get; } = new();

    public override async Task InitializeAsync()
    {
        await staffing.Serve(Organizations).Serve(Staff).Start();
        Settings["services:staffing:grpc:0"] = staffing.Address;
        await base.InitializeAsync();
        // The organizations of the official examples of PAS, and those of the pages.
        foreach (var (code, kind, npi) in new[]
        {
            ("umo-example", "provider", "8189991234"), ("insurer-example", "payer", "1234567893"),
            ("harbor-works", "provider", "1999999992"), ("alliance", "payer", "1888888884"),
        })
            await Published(Registered(code, kind, npi));
    }

    /// <summary>What Staffing publishes when it registers an organization.</summary>
    public static OrganizationRegisteredV1 Registered(string code, string kind, string? npi, long sequence = 1) =>
        new() { EventId = Guid.CreateVersion7(), OccurredAt = DateTimeOffset.UnixEpoch, Sequence = sequence, Organization = code, Kind = kind, Programs = [], Npi = npi };

    /// <summary>Stores what came of an event about an organization.</summary>
    public Task Published(DomainEvent happened) =>
        Services.GetRequiredService<Incoming.OrganizationNumbers>().Store("eligibility.organization-numbers", [happened], default);

    /// <summary>Stores a document of a request.</summary>
    public async Task<Document> Uploaded(string subject, DocumentKind kind, Metadata caller, byte[]? bytes = null, params IEnumerable<string> contents)
    {
        bytes ??= Pdf($"{kind} of {subject}");
        UploadDocumentRequest first = new()
        {
            Kind = kind,
            Subject = subject,
            DocumentDate = Day(-1),
            Size = bytes.Length,
            RequestId = NewId(),
            Contents = { contents },
            Content = ByteString.CopyFrom(bytes),
        };
        using var call = new Contracts.Eligibility.V1.Documents.DocumentsClient(Channel).UploadDocument(caller);
        try
        {
            await call.RequestStream.WriteAsync(first);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
        {
            // The service answered before everything was sent.
        }

        return await call;
    }

    /// <summary>What a scanner of types takes for a PDF.</summary>
    public static byte[] Pdf(string text) => [.. "%PDF-1.7\n"u8, .. System.Text.Encoding.UTF8.GetBytes(text)];

    public override async Task DisposeAsync()
    {
        if (billing is not null)
            await (await billing).DisposeAsync();
        await base.DisposeAsync();
        await staffing.DisposeAsync();
    }

    /// <summary>Connection to the database as superuser.</summary>
    public string ConnectionString => Database.ConnectionString;

    protected override IEnumerable<string> Tables =>
    [
        "individuals", "individual_identifiers", "facts", "career_profiles", "career_profile_versions", "determinations", "determination_steps",
        "service_orders", "authorizations", "unit_draws", "act_spans", "deadlines", "referrals", "dvrs_messages", "disclosures", "decisions", "roster_entries",
        "appeals", "auto_approvals", "reverifications", "reverification_changes", "authorization_versions", "vr_decisions", "vr_authorizations",
        "individual_keys", "contacts", "intake_referrals", "fhir_requests", "fhir_subscriptions", "organization_numbers", "documents", "document_contents",
        "document_parts",
        "merges", "moved_rows", "policy_activations",
    ];

    /// <summary>
    /// Publishes the deadlines reached that many days after the clock's day, through a replica whose clock is that far ahead. Nothing else changes.
    /// </summary>
    public Task<int> SweepAhead(int days) => new DeadlineSweeper<EligibilityDb>(
        Services.GetRequiredService<IServiceScopeFactory>(), Services.GetRequiredService<CreateDeadlineEvent>(),
        Microsoft.Extensions.Options.Options.Create(new DeadlineOptions()),
        Ahead(days), Microsoft.Extensions.Logging.Abstractions.NullLogger<DeadlineSweeper<EligibilityDb>>.Instance)
            .Sweep(default);

    private SweepClock Ahead(int days) => new(
        Services.GetRequiredService<Npgsql.NpgsqlDataSource>(), Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<SweepOptions>>(),
        new FixedClock(Clock.GetUtcNow().AddDays(days)), Microsoft.Extensions.Logging.Abstractions.NullLogger<SweepClock>.Instance);

    /// <summary>The published stages of a subject's deadline, in order: "due_soon 45, due".</summary>
    public async Task<string> PublishedStages(string about, string kind) => (string)(await Scalar(
        $"""
        select coalesce(string_agg(concat_ws(' ', body->>'state', body->>'leadDays'), ', ' order by sequence), '')
        from outbox_rows where type = 'ips.eligibility.deadline-reached.v1' and body->>'about' = '{about}' and body->>'kind' = '{kind}'
        """))!;

    /// <summary>The row of a message that did not come before.</summary>
    public static Platform.Events.InboxRow NewMessage() => new() { MessageId = Guid.CreateVersion7(), Consumer = "test", ReceivedAt = DateTimeOffset.UtcNow };

    public override async Task<string> Everything()
    {
        // The service consumes some of its own events: wait, so that its effects are not counted for the next call.
        await Poll.Until(async () => await Count(
            """
            outbox_rows o where type in ('ips.eligibility.act-started.v1', 'ips.eligibility.individual-corrected.v1', 'ips.eligibility.individuals-merged.v1', 'ips.eligibility.individuals-separated.v1',
              'ips.eligibility.individual-died.v1', 'ips.eligibility.coverage-moved.v1', 'ips.eligibility.determination-made.v1',
              'ips.eligibility.determination-moved.v1')
            and not exists (select from inbox_rows i where i.message_id = o.id)
            """) == 0);
        return await base.Everything();
    }
}
