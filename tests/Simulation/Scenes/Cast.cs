using Google.Protobuf;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Simulation.Scenes;

/// <summary>An agency that serves people under a program.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Program">The program.</param>
/// <param name="Payer">Code of the payer of its people.</param>
internal sealed record Agency(string Code, string Program, string Payer)
{
    public string Name => $"organizations/{Code}";

    public string PayerName => $"organizations/{Payer}";

    public Caller Provider => new(Roles.Provider, Code, "client-one");

    public Caller Mco => new(Roles.Mco, Payer, "client-one");

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Agency> Known = new();

    /// <summary>The agency of a resource name.</summary>
    public static Agency Named(string name) => Known.TryGetValue(name, out var known) ? known : All.First(agency => agency.Name == name);

    /// <summary>Makes it known by its name.</summary>
    public Agency Introduced() => Known[Name] = this;

    /// <summary>Agencies of every program; two of nc-core, so that a person may have two.</summary>
    public static IReadOnlyList<Agency> All { get; } =
    [
        new("harbor-works", "nc-core", "alliance"), new("second-step", "nc-core", "alliance"), new("blue-ridge", "nc-state", "trillium"),
        new("bayou-jobs", "la-acla", "acla"), new("delta-care", "la-lhcc", "lhcc"), new("ozark-work", "mo-dmh-vr", "dmh"),
    ];
}

/// <summary>Something that a caller knows by its name: what it last read of it.</summary>
internal sealed record Thing(string Kind, string Name, string Etag, string State, string Day, string About);

/// <summary>A person and what callers know about the person.</summary>
internal sealed class Person
{
    public required string Name { get; init; }

    public required Agency Agency { get; init; }

    /// <summary>First day of service.</summary>
    public required DateOnly First { get; init; }

    public List<Thing> Things { get; private init; } = [];

    public Person Copy() => new() { Name = Name, Agency = Agency, First = First, Things = [.. Things] };

    public IEnumerable<Thing> All(string kind) => Things.Where(thing => thing.Kind == kind);

    public Thing? Last(string kind, string? state = null) => Things.FindLast(thing => thing.Kind == kind && (state is null || thing.State == state));

    /// <summary>Adds it, or replaces what was known of it.</summary>
    public void Know(Thing thing)
    {
        var at = Things.FindIndex(known => known.Name == thing.Name);
        if (at < 0)
            Things.Add(thing);
        else
            Things[at] = thing;
    }
}

/// <summary>Everything that callers know. A restore of the databases restores it too.</summary>
internal sealed class Cast
{
    public List<Person> People { get; private init; } = [];

    /// <summary>Staff and teams by agency.</summary>
    public Dictionary<Agency, List<Thing>> Members { get; private init; } = [];

    /// <summary>Requests without an answer: their callers send them again.</summary>
    public List<Sent> Unanswered { get; private init; } = [];

    /// <summary>Requests that were answered, with the answers.</summary>
    public List<Sent> Answered { get; private init; } = [];

    /// <summary>What an answer shows of a person.</summary>
    public void Learn(IMessage request, IMessage reply, Person? about)
    {
        if (request is RegisterIndividualRequest registered && reply is Individual made)
        {
            if (People.Exists(person => person.Name == made.Name))
                return;
            var agency = Agency.Named(registered.Provider);
            about = new() { Name = made.Name, Agency = agency, First = DateOnly.FromDateTime(made.CreateTime.ToDateTime()) };
            People.Add(about);
        }

        if (about is not null && Read(request, reply, about) is { Name.Length: > 0 } thing)
            about.Know(thing);
    }

    private static Thing? Read(IMessage request, IMessage reply, Person about) => reply switch
    {
        Individual r => new("individual", r.Name, r.Etag, "", "", r.Identifiers is [var first, ..] ? first.Value : ""),
        Fact r => new("fact", r.Name, r.Etag, r.SupersedeTime is null ? "" : "past",
            r.ContentCase == Fact.ContentOneofCase.Assessment ? r.Assessment.CompletedOn : "", r.ContentCase.ToString()),
        MedicalNecessityFinding r => new("fact", r.Fact, r.Etag, "", "", nameof(Fact.ContentOneofCase.MedicalNecessity)),
        Determination r => new("determination", r.Name, r.Etag, r.State.ToString(), r.AsOf, r.Program),
        DeterminationStep { Determination: { } r } => new("determination", r.Name, r.Etag, r.State.ToString(), r.AsOf, r.Program),
        ServiceOrder r => new("order", r.Name, r.Etag, r.State.ToString(), r.OrderDate, ""),
        Referral r => new("referral", r.Name, r.Etag.Length > 0 ? r.Etag : about.Last("referral")?.Etag ?? "", r.State.ToString(), r.ReferralDate, ""),
        Authorization r => new("authorization", r.Name, r.Etag, r.State.ToString(), r.ApprovedFrom.Length > 0 ? r.ApprovedFrom : r.RequestedFrom,
            r.Kind.ToString()),
        AssignIndividualResponse { Assignment: { } r } => new("assignment", r.Name, r.Etag, "", "", ""),
        Assignment r => new("assignment", r.Name, r.Etag, "", "", ""),
        ServiceNote { BillableMinutes: > 0 } r => new("note", r.Name, "", "open", r.ServiceDate, ""),
        Milestone r => new("milestone", r.Name, "", r.State.ToString(), r.EventDate, Billed((SubmitMilestoneRequest)request, about)),
        Document r => new("document", r.Name, "", "", r.DocumentDate, r.Kind.ToString()),
        ClaimLine r => new("line", r.Name, r.Etag, r.State.ToString(), r.ServiceDate, r.Milestone),
        _ => null,
    };

    // The days of the notes that a milestone bills; the notes are billed with it.
    private static string Billed(SubmitMilestoneRequest request, Person about)
    {
        List<Thing> notes = [.. about.All("note").Where(note => request.Evidence.ServiceNotes.Contains(note.Name))];
        notes.ForEach(note => about.Know(note with { State = "billed" }));
        return string.Join(' ', notes.Select(note => note.Day));
    }

    public Cast Copy() => new()
    {
        People = People.ConvertAll(person => person.Copy()),
        Members = Members.ToDictionary(agency => agency.Key, agency => agency.Value.ToList()),
        Unanswered = [.. Unanswered],
        Answered = [.. Answered],
    };
}

/// <summary>A request, and the person whom it is about.</summary>
internal sealed record Sent(Caller Caller, IMessage Request, string? About);
