using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using static Ips.Testing.ChaosAgency;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests.Chaos;

/// <summary>The acknowledged calls: the checker's own books, stored outside the service.</summary>
internal sealed class Books
{
    /// <summary>Notes; true when the note was voided.</summary>
    public ConcurrentDictionary<string, bool> Notes { get; } = new();

    /// <summary>Milestones with the state in which the caller read them last.</summary>
    public ConcurrentDictionary<string, Proto.MilestoneState> Milestones { get; } = new();

    /// <summary>Lines with the state in which the caller read them last.</summary>
    public ConcurrentDictionary<string, Proto.ClaimLineState> Lines { get; } = new();

    /// <summary>Stored documents with the hash of their bytes.</summary>
    public ConcurrentDictionary<string, string> Documents { get; } = new();

    /// <summary>Stored decisions.</summary>
    public ConcurrentBag<string> Decisions { get; } = [];

    /// <summary>Milestones that two lines, made at once, both claimed: must stay empty.</summary>
    public ConcurrentBag<string> ClaimedTwice { get; } = [];

    public int Count => Notes.Count + Milestones.Count + Lines.Count + Documents.Count;
}

/// <summary>
/// An agency that takes its people through milestones 1, 2 and 3, in an order chosen by its seed; it sends each call again with the same request id until it is
/// answered.
/// </summary>
internal sealed class MilestoneCaller(ChaosPlatform platform, Books books, int seed)
{
    private readonly Random random = new(seed);
    private readonly ChaosAgency agency = new(platform, $"agency-{seed}", $"payer-{seed}");
    private readonly List<OnTheWay> people = [];

    private sealed class OnTheWay(string name)
    {
        public string Name => name;
        public List<string> Notes { get; } = [];
        public List<string> Milestones { get; } = [];
        public List<string> Lines { get; } = [];
        public int Visits { get; set; }
    }

    private Metadata Us => agency.Us;

    /// <summary>Hires who renders the services.</summary>
    public Task Hire() => agency.Hire();

    public async Task Work(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var person = people.Count > 0 ? people[random.Next(people.Count)] : null;
            switch (person is null ? 0 : random.Next(9))
            {
                case 0:
                    await Meet();
                    break;
                case 1 or 2:
                    await Engage(person!);
                    break;
                case 3 or 4:
                    await Plan(person!);
                    break;
                case 5 or 6:
                    await Work(person!);
                    break;
                case 7:
                    await VoidNote(person!);
                    break;
                default:
                    await VoidLine(person!);
                    break;
            }
        }
    }

    private async Task Meet() => people.Add(new((await agency.Admit("Person")).Individual));

    // Two contacts, the milestone that bills them, and its line. Ten such visits use up the units of the year.
    private async Task Engage(OnTheWay person)
    {
        if (person.Visits == 20)
            return;
        person.Visits++;
        List<string> notes = [await Note(person), await Note(person)];
        await Claim(person, await Submit(person, 1, new() { ServiceNotes = { notes } }));
    }

    private async Task<string> Note(OnTheWay person)
    {
        Proto.NoteElements elements = new()
        {
            IndividualName = "Chaos Person",
            ServiceName = "IPS",
            ContactType = Proto.ContactType.InPerson,
            PlaceOfService = PlaceOfService.Community,
            PurposeGoal = "work",
            Interventions = $"support {Guid.CreateVersion7()}",
            DurationMinutes = 30,
            Effectiveness = "well",
            SignedBy = "Chaos Signer",
            SignatureDate = On(0),
            CredentialsOrTitle = "ESP",
            NameOnEveryPage = true,
            Author = agency.Specialist,
            Activity = Proto.Activity.DirectSupport,
            GroupSize = 1,
            Rendered = true,
            IndividualPresent = true,
            InterventionOnPlanFrom = On(0),
        };
        var note = await Surely<Proto.ServiceNotes.ServiceNotesClient, Proto.ServiceNote>((c, id) => c.RecordServiceNoteAsync(new()
        {
            Individual = person.Name,
            Provider = agency.Name,
            Program = "nc-core",
            RenderingStaff = agency.Specialist,
            ServiceDate = On(0),
            Elements = elements,
            RequestId = id,
        }, Us).ResponseAsync);
        books.Notes[note.Name] = false;
        books.Decisions.Add(note.Decision.DecisionId);
        person.Notes.Add(note.Name);
        return note.Name;
    }

    // The plan, and two lines for the one unit of the authorization at once: at most one of them is ready.
    private async Task Plan(OnTheWay person)
    {
        var milestone = await Submit(person, 2, new()
        {
            PcpDocument = "plan-1",
            PcpContents = { PlanContent.BhInterventions, PlanContent.IpsInterventions, PlanContent.CareerGoals },
        });
        var lines = await Task.WhenAll(Claim(person, milestone), Claim(person, milestone));
        if (lines.All(line => line is { State: Proto.ClaimLineState.Ready }))
            books.ClaimedTwice.Add(milestone.Name);
        await Read(person);
    }

    // A job with its documents, the review with its letter, and the line.
    private async Task Work(OnTheWay person)
    {
        await Surely<Proto.Employment.EmploymentClient, Proto.Job>((c, id) => c.RecordJobAsync(new()
        {
            Individual = person.Name,
            Provider = agency.Name,
            Program = "nc-core",
            Facts = new() { StartDate = On(-7), IntegratedCompetitive = true, WeeklyHours = 20, WorkedDays = { On(-7), On(-6), On(-5) } },
            RequestId = id,
        }, Us).ResponseAsync);
        Proto.MilestoneEvidence evidence = new() { VrStatement = Proto.VrStatement.Refused, VrDocumentDate = On(-20) };
        foreach (var kind in new[] { DocumentKind.CareerProfileWithFasp, DocumentKind.MonthlyJobDevNotesWithEmployerContacts, DocumentKind.JobStartForm })
            evidence.StoredDocuments.Add(await Upload(person.Name, kind));
        await Upload(person.Name, DocumentKind.VrRecord, evidence.VrDocumentDate);
        var milestone = await Submit(person, 3, evidence);
        if (milestone.State != Proto.MilestoneState.UnderReview)
            return;
        await Upload(milestone.Name, DocumentKind.ApprovalLetter);
        milestone = await Surely<Proto.Milestones.MilestonesClient, Proto.Milestone>((c, id) => c.RecordReviewAsync(
            new() { Name = milestone.Name, Outcome = Proto.ReviewOutcome.Approved, ReceivedDate = On(0), UploadedDate = On(0), RequestId = id }, Us).ResponseAsync);
        books.Milestones[milestone.Name] = milestone.State;
        await Claim(person, milestone);
    }

    private async Task<string> Upload(string subject, DocumentKind kind, string? day = null)
    {
        var bytes = BillingService.Pdf($"{kind} of {subject} {random.Next()}");
        var document = await Surely<Proto.Documents.DocumentsClient, Document>(async (c, id) =>
        {
            var pieces = BillingService.Upload(subject, kind, bytes, day ?? On(-30));
            pieces[0].RequestId = id;
            using var call = c.UploadDocument(Us);
            try
            {
                foreach (var piece in pieces)
                    await call.RequestStream.WriteAsync(piece);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
            {
                // The service answered or ended before everything was sent; the answer says which.
            }

            return await call;
        });
        books.Documents[document.Name] = document.Sha256;
        return document.Name;
    }

    private async Task<Proto.Milestone> Submit(OnTheWay person, int number, Proto.MilestoneEvidence evidence)
    {
        var milestone = await Surely<Proto.Milestones.MilestonesClient, Proto.Milestone>((c, id) => c.SubmitMilestoneAsync(new()
        {
            Individual = person.Name,
            Provider = agency.Name,
            Program = "nc-core",
            Number = number,
            EventDate = On(0),
            Evidence = evidence,
            RequestId = id,
        }, Us).ResponseAsync);
        books.Milestones[milestone.Name] = milestone.State;
        books.Decisions.Add(milestone.Decision.DecisionId);
        person.Milestones.Add(milestone.Name);
        return milestone;
    }

    private async Task<Proto.ClaimLine?> Claim(OnTheWay person, Proto.Milestone milestone)
    {
        try
        {
            var line = await Surely<Proto.Claims.ClaimsClient, Proto.ClaimLine>((c, id) => c.CreateClaimLineAsync(
                new() { Milestone = milestone.Name, RenderingStaff = agency.Specialist, ServiceDate = On(0), RequestId = id }, Us).ResponseAsync);
            books.Lines[line.Name] = line.State;
            books.Decisions.Add(line.Decision.DecisionId);
            lock (person.Lines)
                person.Lines.Add(line.Name);
            await Read(person);
            return line;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.InvalidArgument)
        {
            // Claimed already, or no longer billable.
            return null;
        }
    }

    private async Task VoidNote(OnTheWay person)
    {
        if (person.Notes.Count == 0)
            return;
        var note = person.Notes[random.Next(person.Notes.Count)];
        person.Notes.Remove(note);
        await Surely<Proto.ServiceNotes.ServiceNotesClient, Proto.ServiceNote>((c, id) => c.VoidServiceNoteAsync(
            new() { Name = note, Reason = Proto.NoteVoidReason.RecordedByMistake, RequestId = id }, Us).ResponseAsync);
        books.Notes[note] = true;
        await Read(person);
    }

    private async Task VoidLine(OnTheWay person)
    {
        var open = person.Lines.Where(line => books.Lines[line] is Proto.ClaimLineState.Ready or Proto.ClaimLineState.Attention).ToList();
        if (open.Count == 0)
            return;
        var name = open[random.Next(open.Count)];
        await Surely<Proto.Claims.ClaimsClient, Proto.ClaimLine>(async (c, id) =>
        {
            var line = await c.GetClaimLineAsync(new() { Name = name }, Us);
            return line.State == Proto.ClaimLineState.Void ? line : await c.VoidClaimLineAsync(
                new() { Name = name, Etag = line.Etag, RequestId = id }, Us);
        });
        await Read(person);
    }

    // What a call changed besides its own answer.
    private async Task Read(OnTheWay person)
    {
        foreach (var name in person.Milestones)
        {
            books.Milestones[name] = (await Surely<Proto.Milestones.MilestonesClient, Proto.Milestone>((c, _) => c.GetMilestoneAsync(new() { Name = name }, Us).ResponseAsync)).State;
        }

        string[] lines;
        lock (person.Lines)
            lines = [.. person.Lines];
        foreach (var name in lines)
        {
            books.Lines[name] = (await Surely<Proto.Claims.ClaimsClient, Proto.ClaimLine>((c, _) => c.GetClaimLineAsync(new() { Name = name }, Us).ResponseAsync)).State;
        }
    }

    private Task<TReply> Surely<TClient, TReply>(Func<TClient, string, Task<TReply>> call) where TClient : ClientBase<TClient> => platform.Surely(call);
}
