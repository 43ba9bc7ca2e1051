using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Billing with fake services whose answers a test sets. Every test creates its own person.</summary>
public class BillingService : RunningService<Program, BillingDb>
{
    // Its own queues: the service of another test class on the same broker must not take its messages.
    public BillingService() : this(null)
    {
    }

    protected BillingService(FixedClock? clock)
        : base("billing-db", options => new(options, Caller.None), clock) => Settings["OTEL_SERVICE_NAME"] = NewCode("billing");

    public const string Provider = "harbor-works";
    public new const string Day = "2025-03-04";

    /// <summary>What the service answers on rules.</summary>
    public static AnsweredRules Answered { get; } = new("Billing");

    /// <summary>Calls the service, and keeps what it answers on rules.</summary>
    public CallInvoker Calls => Channel.Intercept(Answered);

    public FakeEligibility Eligibility { get; } = new();

    public StaffFake Staff { get; } = new();

    public FakeService EligibilityHost { get; } = new();

    public FakeService StaffingHost { get; } = new();

    public Metadata Us => As(Roles.Provider, Provider);

    public string Esp { get; } = $"staff/{Guid.CreateVersion7()}";

    public Proto.ServiceNotes.ServiceNotesClient Notes => new(Calls);

    public Proto.Milestones.MilestonesClient Milestones => new(Calls);

    public Proto.Claims.ClaimsClient Claims => new(Calls);

    public Proto.Decisions.DecisionsClient Decisions => new(Calls);

    public Proto.UnitLedger.UnitLedgerClient Ledger => new(Calls);

    public Proto.Employment.EmploymentClient Employment => new(Calls);

    public Proto.BillingProfiles.BillingProfilesClient Profiles => new(Calls);

    public Proto.ClaimBatches.ClaimBatchesClient Batches => new(Calls);

    public Proto.Remittances.RemittancesClient Remittances => new(Calls);

    public Proto.Documents.DocumentsClient Documents => new(Calls);

    public override async Task InitializeAsync()
    {
        await EligibilityHost.Serve(Eligibility.Individuals).Serve(Eligibility.Determinations).Serve(Eligibility.Orders).Serve(Eligibility.Authorizations).Serve(Eligibility.Profiles).Start();
        await StaffingHost.Serve(Staff).Start();
        (Settings["Authentication:ClientId"], Settings["Authentication:ClientSecret"]) = ("billing", TestIssuer.ClientSecret);
        Settings["services:eligibility:grpc:0"] = EligibilityHost.Address;
        Settings["services:staffing:grpc:0"] = StaffingHost.Address;
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Answered.WriteIfRequested();
        await EligibilityHost.DisposeAsync();
        await StaffingHost.DisposeAsync();
    }

    /// <summary>A note with every element; <paramref name="change"/> takes one away.</summary>
    public Proto.RecordServiceNoteRequest Note(string individual, int minutes = 60, string day = Day, Action<Proto.NoteElements>? change = null)
    {
        Proto.NoteElements elements = new()
        {
            IndividualName = "Sealed Name",
            ServiceName = "IPS",
            ContactType = Proto.ContactType.InPerson,
            PlaceOfService = PlaceOfService.Community,
            PurposeGoal = "Sealed goal",
            Interventions = $"Sealed interventions {NewId()}",
            DurationMinutes = minutes,
            Effectiveness = "Sealed progress",
            SignedBy = "Sealed signer",
            SignatureDate = day,
            CredentialsOrTitle = "ESP",
            NameOnEveryPage = true,
            Author = Esp,
            Activity = Proto.Activity.DirectSupport,
            GroupSize = 1,
            Rendered = true,
            IndividualPresent = true,
            InterventionOnPlanFrom = day,
        };
        change?.Invoke(elements);
        return new()
        {
            Individual = individual,
            Provider = $"organizations/{Provider}",
            Program = "nc-core",
            RenderingStaff = Esp,
            ServiceDate = day,
            Elements = elements,
            RequestId = NewId()
        };
    }

    public async Task<string> Noted(
        string individual, int minutes = 60, string day = Day, string program = "nc-core", Action<Proto.NoteElements>? change = null)
    {
        var request = Note(individual, minutes, day, change);
        request.Program = program;
        return (await Notes.RecordServiceNoteAsync(request, Us)).Name;
    }

    /// <summary>A line of service notes.</summary>
    public Proto.CreateClaimLineRequest NoteLine(string day, params IEnumerable<string> notes) => new()
    {
        ServiceNotes = { notes },
        RenderingStaff = Esp,
        ServiceDate = day,
        Charge = new() { Amount = "80.00", CurrencyCode = "USD" },
        Evidence = new(),
        RequestId = NewId(),
    };

    /// <summary>A competitive job with days worked.</summary>
    public async Task<Proto.Job> Hired(string individual, string start, string end = "", params IEnumerable<string> worked) =>
        await Employment.RecordJobAsync(new()
        {
            Individual = individual,
            Provider = $"organizations/{Provider}",
            Program = "nc-core",
            Facts = new() { StartDate = start, EndDate = end, IntegratedCompetitive = true, WeeklyHours = 20, WorkedDays = { worked } },
            RequestId = NewId(),
        }, Us);

    /// <summary>A later milestone; <paramref name="evidence"/> says what is sent.</summary>
    public static Proto.SubmitMilestoneRequest Later(string individual, int number, string day, Proto.MilestoneEvidence evidence) => new()
    {
        Individual = individual,
        Provider = $"organizations/{Provider}",
        Program = "nc-core",
        Number = number,
        EventDate = day,
        Evidence = evidence,
        RequestId = NewId(),
    };

    /// <summary>Network Evaluation approved, and the letter is uploaded on the same day.</summary>
    public async Task<Proto.Milestone> Approved(Proto.Milestone milestone, string? uploaded = null)
    {
        await Uploaded(milestone.Name, DocumentKind.ApprovalLetter);
        return await Milestones.RecordReviewAsync(new()
        {
            Name = milestone.Name,
            Outcome = Proto.ReviewOutcome.Approved,
            ReceivedDate = milestone.EventDate,
            UploadedDate = uploaded ?? milestone.EventDate,
            RequestId = NewId(),
        }, Us);
    }

    /// <summary>Eligibility publishes a step of a referral; completes when it is stored.</summary>
    public async Task<ReferralId> Referred(string individual, string state, string on, ReferralId? referral = null, long sequence = 1)
    {
        ReferralMovedV1 moved = new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = sequence,
            ReferralId = referral ?? new(Guid.CreateVersion7()),
            IndividualId = new(Guid.Parse(individual["individuals/".Length..])),
            Provider = Provider,
            Program = "nc-core",
            FromState = null,
            ToState = state,
            On = DateOnly.ParseExact(on, "yyyy-MM-dd"),
            ServiceInitiationDate = new(2025, 1, 2),
            DueOn = null,
            LateAfter = null,
        };
        await Send([moved]);
        await Poll.Until(async () => await Count("inbox_rows", $"message_id = '{moved.EventId}'") == 1);
        return moved.ReferralId;
    }

    public static Proto.SubmitMilestoneRequest First(string individual, string day, params IEnumerable<string> notes) => new()
    {
        Individual = individual,
        Provider = $"organizations/{Provider}",
        Program = "nc-core",
        Number = 1,
        EventDate = day,
        Evidence = new() { ServiceNotes = { notes } },
        RequestId = NewId(),
    };

    public static Proto.SubmitMilestoneRequest Second(string individual, bool plan = true, string day = Day)
    {
        Proto.SubmitMilestoneRequest request = new()
        {
            Individual = individual,
            Provider = $"organizations/{Provider}",
            Program = "nc-core",
            Number = 2,
            EventDate = day,
            Evidence = new(),
            RequestId = NewId(),
        };
        if (plan)
        {
            request.Evidence.PcpDocument = "plan-1";
            request.Evidence.PcpContents.AddRange([PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals]);
        }

        return request;
    }

    /// <summary>Submits a milestone. The documents that its evidence lists, and those behind its statements, are stored first.</summary>
    public async Task<Proto.Milestone> Submitted(Proto.SubmitMilestoneRequest request)
    {
        var evidence = request.Evidence;
        foreach (var document in evidence.Documents)
            evidence.StoredDocuments.Add((await Uploaded(request.Individual, Enum.Parse<DocumentKind>(document.ToString()))).Name);
        if (evidence is { VrStatement: not Proto.VrStatement.Unspecified, VrDocumentDate: { Length: > 0 } on })
            await Uploaded(request.Individual, DocumentKind.VrRecord, on);
        if (evidence.PromotionEvidence.Count > 0)
            await Uploaded(request.Individual, DocumentKind.PromotionRecord);
        if (evidence.Education.Length > 0)
            await Uploaded(request.Individual, DocumentKind.EducationRecord);
        if (request.Number == 9 && evidence.PcpContents.Count > 0)
            await Uploaded(request.Individual, DocumentKind.PersonCenteredPlan);
        return await Milestones.SubmitMilestoneAsync(request, Us);
    }

    /// <summary>Stores a PDF about a subject.</summary>
    public Task<Document> Uploaded(string subject, DocumentKind kind, string day = "2024-01-02", Metadata? caller = null) =>
        Uploaded(Upload(subject, kind, Pdf($"{kind} of {subject}"), day), caller);

    /// <summary>Stores a document that is sent in pieces.</summary>
    public async Task<Document> Uploaded(IEnumerable<UploadDocumentRequest> pieces, Metadata? caller = null)
    {
        using var call = Documents.UploadDocument(caller ?? Us);
        try
        {
            foreach (var piece in pieces)
                await call.RequestStream.WriteAsync(piece);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
        {
            // The service answered before everything was sent.
        }

        return await call;
    }

    /// <summary>The messages of an upload: the fields, then the bytes in pieces.</summary>
    public static List<UploadDocumentRequest> Upload(string subject, DocumentKind kind, byte[] bytes, string day = "2024-01-02", int piece = 60_000) =>
    [
        new() { Kind = kind, Subject = subject, DocumentDate = day, Size = bytes.Length, RequestId = NewId() },
        .. bytes.Chunk(piece).Select(part => new UploadDocumentRequest { Content = ByteString.CopyFrom(part) }),
    ];

    /// <summary>Bytes that begin as those of a PDF.</summary>
    public static byte[] Pdf(string text) => [.. "%PDF-1.7\n"u8, .. Encoding.UTF8.GetBytes(text)];

    public Proto.CreateClaimLineRequest Line(string milestone, string day = Day) =>
        new() { Milestone = milestone, RenderingStaff = Esp, ServiceDate = day, RequestId = NewId() };

    public async Task<Proto.ClaimLine> Claimed(Proto.CreateClaimLineRequest request) => await Claims.CreateClaimLineAsync(request, Us);

    /// <summary>What each of the calls, all made at once, ends in: its answer as <paramref name="read"/> shows it, or the status that refuses it.</summary>
    public static async Task<string[]> AtOnce<T>(Func<T, string> read, params IEnumerable<Func<Task<T>>> calls) =>
        [.. (await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return read(await call());
            }
            catch (RpcException e)
            {
                return e.StatusCode.ToString();
            }
        }))).Order(StringComparer.Ordinal)];

    /// <summary>Eligibility publishes a span of a payer that covers the person; completes when it is stored and the person's lines are decided again.</summary>
    public async Task Cover(string individual, string from = "2025-01-01", string? through = null, bool retracted = false, long sequence = 2,
        string payer = "alliance")
    {
        CoverageMovedV1 moved = new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = sequence,
            IndividualId = new(Guid.Parse(individual["individuals/".Length..])),
            Provider = Provider,
            Payer = payer,
            From = DateOnly.ParseExact(from, "yyyy-MM-dd"),
            Through = through is null ? null : DateOnly.ParseExact(through, "yyyy-MM-dd"),
            Retracted = retracted,
        };
        await Send([moved]);
        await Poll.Until(async () => await Count("inbox_rows", $"message_id = '{moved.EventId}'") == 2);
    }

    public Task<long> Count(string table, string where) => Count($"{table} where {where}");

    /// <summary>Until it is disposed, PostgreSQL ends every transaction that adds a row to the table, at the commit and as if it were shutting down.</summary>
    public async Task<IAsyncDisposable> CommitsFail(string table)
    {
        await Database.ScalarAsync(
            $"""
            create function fails() returns trigger language plpgsql as $$ begin raise exception 'shutting down' using errcode = '57P01'; end $$;
            create constraint trigger fails after insert on {table} deferrable initially deferred for each row execute function fails();
            """);
        return new Undo(() => Database.ScalarAsync($"drop trigger fails on {table}; drop function fails()"));
    }

    /// <summary>Until it is disposed, Eligibility and Staffing are down.</summary>
    public async Task<IAsyncDisposable> OthersDown()
    {
        await EligibilityHost.Stop();
        await StaffingHost.Stop();
        return new Undo(async () =>
        {
            await EligibilityHost.Start();
            await StaffingHost.Start();
            // The clients connect again when they like: the next test starts when they do.
            var (individual, _) = Eligibility.Person();
            await Poll.Until(async () =>
            {
                try
                {
                    return (await Claimed(Line((await Submitted(Second(individual))).Name))).Name.Length > 0;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            });
        });
    }

    private sealed class Undo(Func<Task> undo) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => new(undo());
    }
}

[AnsweredRule.Named]
[CollectionDefinition("billing")]
public sealed class BillingCollection : ICollectionFixture<BillingService>;
