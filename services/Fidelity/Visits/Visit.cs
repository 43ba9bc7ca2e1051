using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>
/// A visit of a fidelity review with its evaluators, from its planned days to the draft (lifecycle 6). Its state follows from what is on file.
/// </summary>
public sealed class Visit : IVersioned
{
    /// <summary>The id.</summary>
    public required VisitId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Code of the team's provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Who does the review.</summary>
    public required Proto.Evaluator Evaluator { get; init; }

    /// <summary>The scale.</summary>
    public required string Scale { get; set; }

    /// <summary>First day on site.</summary>
    public required DateOnly FirstOnsiteDay { get; set; }

    /// <summary>Last day on site.</summary>
    public required DateOnly LastOnsiteDay { get; set; }

    /// <summary>Codes of the organizations for which evaluators come: they see the visit.</summary>
    public required List<string> EvaluatorOrganizations { get; set; }

    /// <summary>The evaluators' sheets.</summary>
    public List<ScoreSheet> Sheets { get; init; } = [];

    /// <summary>The evidence.</summary>
    public List<ItemEvidence> Evidence { get; init; } = [];

    /// <summary>The agreed scores in the order of the items; empty before.</summary>
    public List<int> AgreedScores { get; set; } = [];

    /// <summary>Why, in the order of the items; empty where all evaluators gave the agreed score.</summary>
    public List<string> AgreedReasons { get; set; } = [];

    /// <summary>Day on which the draft was issued; null before.</summary>
    public DateOnly? DraftIssuedDate { get; set; }

    /// <summary>The draft; null before it is issued.</summary>
    public ReviewId? ReviewId { get; set; }

    /// <summary>Why it was called off; unspecified when it was not.</summary>
    public Proto.VisitCancelReason CancelReason { get; set; }

    /// <summary>Code of the organization that planned it.</summary>
    public required string PlannedBy { get; init; }

    /// <summary>When it was planned, UTC.</summary>
    public required DateTimeOffset PlannedAt { get; init; }

    /// <summary>Whether every evaluator's sheet is closed.</summary>
    public bool AllSubmitted => Sheets.Count > 0 && Sheets.TrueForAll(sheet => sheet.SubmittedAt is not null);

    /// <summary>The state.</summary>
    public Proto.VisitState State => this switch
    {
        { CancelReason: not Proto.VisitCancelReason.Unspecified } => Proto.VisitState.Cancelled,
        { DraftIssuedDate: not null } => Proto.VisitState.DraftIssued,
        { AgreedScores.Count: > 0 } => Proto.VisitState.Agreed,
        { AllSubmitted: true } => Proto.VisitState.Scored,
        _ => Sheets.Exists(sheet => sheet.HasScores) ? Proto.VisitState.Scoring : Proto.VisitState.Scheduled,
    };

    /// <summary>The sheet of the caller; null when it is no evaluator of the visit.</summary>
    public ScoreSheet? SheetOf(Caller caller) => Sheets.Find(sheet => sheet.Organization == caller.Organization && sheet.Subject == caller.Subject);

    /// <summary>Numbers of the items that the evaluators scored differently.</summary>
    public IEnumerable<int> Differing => AllSubmitted
        ? Enumerable.Range(0, Sheets[0].Scores.Count).Where(i => Sheets.Exists(sheet => sheet.Scores[i] != Sheets[0].Scores[i])).Select(i => i + 1)
        : [];

    /// <summary>As the contract shows it to a caller.</summary>
    /// <param name="caller">Who sees it.</param>
    /// <param name="advice">What the program advises about the evaluators.</param>
    /// <param name="stored">Whether it is stored.</param>
    public Proto.Visit ToProto(Caller caller, IEnumerable<string> advice, bool stored)
    {
        var own = SheetOf(caller);
        // The team sees no sheet; an evaluator sees the scores of the others when all sheets are closed.
        var works = own is not null || caller.Organization == PlannedBy || caller.Is(Roles.State, Roles.Ops);
        var sees = works && AllSubmitted;
        var isIssued = DraftIssuedDate is not null;
        Proto.Visit wire = new()
        {
            Name = stored ? Id.Name : "",
            Etag = stored ? this.Etag() : "",
            State = State,
            Team = TeamId.Name,
            Provider = new OrganizationCode(Provider).Name,
            Program = Program,
            Evaluator = Evaluator,
            Scale = Scale,
            FirstOnsiteDay = FirstOnsiteDay.Day(),
            LastOnsiteDay = LastOnsiteDay.Day(),
            Sheets = { Sheets.OrderBy(sheet => sheet.Id).Select(sheet => sheet.ToProto(scores: sees || sheet == own)) },
            Consensus = { works || isIssued ? Agreed() : [] },
            Evidence =
            {
                Evidence.Where(e => sees || isIssued || (own is not null && e.SheetId == own.Id)).OrderBy(e => e.Item).ThenBy(e => e.Id)
                    .Select(e => e.ToProto()),
            },
            DraftIssuedDate = DraftIssuedDate.Day(),
            Review = ReviewId?.Name ?? "",
            CancelReason = CancelReason,
            Advice = { advice },
            PlannedBy = new OrganizationCode(PlannedBy).Name,
            CreateTime = stored ? PlannedAt.ToTimestamp() : null,
        };
        if (sees)
            wire.DifferingItems.AddRange(Differing);
        return wire;
    }

    private IEnumerable<Proto.ConsensusItem> Agreed() =>
        AgreedScores.Select((score, i) => new Proto.ConsensusItem { Item = i + 1, Score = score, Reason = AgreedReasons[i] });

    /// <summary>The event that publishes a step.</summary>
    /// <param name="from">The state before; null when it is planned now.</param>
    public VisitMovedV1 Moved(Proto.VisitState? from) => new()
    {
        VisitId = Id,
        TeamId = TeamId,
        Provider = Provider,
        Program = Program,
        FromState = from is { } before ? WireCode.Lower(before) : null,
        ToState = WireCode.Lower(State)!,
        From = FirstOnsiteDay,
        LastOnsiteDay = LastOnsiteDay,
        Evaluators = Sheets.Count,
        ReviewId = ReviewId,
    };
}

/// <summary>What one evaluator scored. It belongs to its visit, whose version guards it.</summary>
public sealed class ScoreSheet
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The visit.</summary>
    public required VisitId VisitId { get; init; }

    /// <summary>Code of the evaluator's organization.</summary>
    public required string Organization { get; init; }

    /// <summary>The evaluator: subject of the token, an id.</summary>
    public required string Subject { get; init; }

    /// <summary>Whether the evaluator belongs to the team's provider.</summary>
    public required bool Inside { get; init; }

    /// <summary>Whether the evaluator took a training in fidelity reviews.</summary>
    public bool Trained { get; set; }

    /// <summary>Scores in the order of the items; 0 where an item has none yet.</summary>
    public required List<int> Scores { get; set; }

    /// <summary>When it was closed, UTC; null while it is open.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>Whether an item is scored.</summary>
    public bool HasScores => Scores.Exists(score => score > 0);

    /// <summary>As the contract shows it.</summary>
    public Proto.ScoreSheet ToProto(bool scores) => new()
    {
        Evaluator = new() { Organization = new OrganizationCode(Organization).Name, Subject = Subject, Trained = Trained },
        Inside = Inside,
        Scores = { scores ? Scores.Index().Where(s => s.Item > 0).Select(s => new Proto.ItemScore { Item = s.Index + 1, Score = s.Item }) : [] },
        SubmitTime = SubmittedAt?.ToTimestamp(),
    };
}

/// <summary>Evidence for the score of an item, sent by an evaluator.</summary>
public sealed class ItemEvidence
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The visit.</summary>
    public required VisitId VisitId { get; init; }

    /// <summary>The sheet of the evaluator who sent it.</summary>
    public required Guid SheetId { get; init; }

    /// <summary>Number of the item.</summary>
    public required int Item { get; init; }

    /// <summary>What it is.</summary>
    public required Proto.EvidenceSource Source { get; init; }

    /// <summary>Day of the practice that it shows.</summary>
    public required DateOnly PracticeDate { get; init; }

    /// <summary>Where it is.</summary>
    public required string Reference { get; init; }

    /// <summary>A short note.</summary>
    public required string Note { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ItemEvidence ToProto() => new() { Item = Item, Source = Source, PracticeDate = PracticeDate.Day(), Reference = Reference, Note = Note };
}

internal sealed class VisitMap : IEntityTypeConfiguration<Visit>
{
    public void Configure(EntityTypeBuilder<Visit> visit)
    {
        visit.ToTable("visits").HasKey(v => v.Id);
        visit.HasVersion();
        visit.Ignore(v => v.State).Ignore(v => v.AllSubmitted).Ignore(v => v.Differing);
        visit.HasIndex(v => v.TeamId);
    }
}

internal sealed class ScoreSheetMap : IEntityTypeConfiguration<ScoreSheet>
{
    public void Configure(EntityTypeBuilder<ScoreSheet> sheet)
    {
        sheet.ToTable("score_sheets").HasKey(s => s.Id);
        sheet.Ignore(s => s.HasScores);
        sheet.HasOne<Visit>().WithMany(v => v.Sheets).HasForeignKey(s => s.VisitId);
        sheet.HasIndex(s => new { s.VisitId, s.Organization, s.Subject }).IsUnique();
    }
}

internal sealed class ItemEvidenceMap : IEntityTypeConfiguration<ItemEvidence>
{
    public void Configure(EntityTypeBuilder<ItemEvidence> evidence)
    {
        evidence.ToTable("item_evidence").HasKey(e => e.Id);
        evidence.HasOne<Visit>().WithMany(v => v.Evidence).HasForeignKey(e => e.VisitId);
        evidence.HasIndex(e => e.VisitId);
    }
}
