using System.Globalization;

namespace Ips.X12;

/// <summary>What a check of a file found.</summary>
/// <param name="Findings">All findings, the first thousand of them stored.</param>
/// <param name="Interchanges">The interchanges with their groups and sets: what a TA1 and a 999 answer.</param>
public sealed record ValidationReport(Findings Findings, IReadOnlyList<InterchangeReport> Interchanges)
{
    /// <summary>Whether there was something to check and none of the findings is an error.</summary>
    public bool IsAcceptable => Findings.Errors == 0 && Interchanges.Count > 0;
}

/// <summary>An interchange that was checked.</summary>
/// <param name="Interchange">Its ISA; null for a fragment.</param>
public sealed record InterchangeReport(Interchange? Interchange)
{
    private readonly List<GroupReport> groups = [];
    private readonly List<Finding> findings = [];

    /// <summary>Its groups.</summary>
    public IReadOnlyList<GroupReport> Groups => groups;

    /// <summary>Findings outside its groups.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    internal void Add(GroupReport group) => groups.Add(group);

    internal void Add(Finding finding)
    {
        if (findings.Count < 100)
            findings.Add(finding);
    }
}

/// <summary>A group that was checked.</summary>
/// <param name="Group">Its GS; null for a fragment.</param>
public sealed record GroupReport(Group? Group)
{
    private readonly List<SetReport> sets = [];
    private readonly List<Finding> findings = [];

    /// <summary>Its sets.</summary>
    public IReadOnlyList<SetReport> Sets => sets;

    /// <summary>Findings outside its sets.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    internal void Add(SetReport set) => sets.Add(set);

    internal void Add(Finding finding)
    {
        if (findings.Count < 100)
            findings.Add(finding);
    }
}

/// <summary>A set that was checked.</summary>
/// <param name="Set">Its ST.</param>
public sealed record SetReport(TransactionSet Set)
{
    private const int Limit = 100;
    private readonly List<(Finding Finding, string? Claim)> findings = [];
    private readonly long[] errors = new long[8];

    /// <summary>Its first findings, a hundred errors and a hundred remarks at most, each with the claim (CLM01) that it is in.</summary>
    public IReadOnlyList<(Finding Finding, string? Claim)> Findings => findings;

    /// <summary>How many of its findings are errors.</summary>
    public long Errors => errors.Sum();

    /// <summary>How many of its findings are errors of a level or of a lower one.</summary>
    public long ErrorsThrough(SnipLevel level) => errors.Take((int)level + 1).Sum();

    internal void Add(Finding finding, string? claim)
    {
        if (finding.IsError)
            errors[(int)finding.Level]++;
        if (findings.Count(f => f.Finding.IsError == finding.IsError) < Limit)
            findings.Add((finding, claim));
    }
}

/// <summary>Checks files at the levels 1 to 5 and 7 of the WEDI SNIP tests, in constant memory: before ours leave, and when others' come in.</summary>
public sealed class X12Validator
{
    private readonly List<InterchangeReport> interchanges = [];
    private readonly List<(Finding Finding, string? Claim)> arrived = [];
    private readonly Dictionary<string, string> levels = new(StringComparer.Ordinal);
    private readonly Findings findings;
    private readonly ClaimRules claimRules;
    private GroupReport? group;
    private SetReport? set;
    private DocumentBuilder? builder;
    private int lastLevel;

    private X12Validator(CompanionProfile? profile)
    {
        findings = new(added: finding => arrived.Add((finding, CurrentClaim)));
        claimRules = new(findings, profile);
    }

    private string? CurrentClaim => (builder as ProfessionalClaimsBuilder)?.CurrentClaim;

    /// <summary>Checks a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="profile">What its payer requires (level 7); null to check the guide only.</param>
    public static ValidationReport Check(byte[] file, CompanionProfile? profile = null) => Check(new MemoryStream(file, writable: false), profile);

    /// <summary>Checks a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="profile">What its payer requires (level 7); null to check the guide only.</param>
    /// <param name="options">How it is read.</param>
    public static ValidationReport Check(Stream stream, CompanionProfile? profile = null, ReadOptions? options = null)
    {
        X12Validator validator = new(profile);
        validator.Run(stream, options);
        return new(validator.findings, validator.interchanges);
    }

    private void Run(Stream stream, ReadOptions? options)
    {
        using TransactionReader reader = new(stream, findings, options);
        while (reader.Read())
        {
            Sort(f => f.Kind == FindingKind.EnvelopeNotClosed);
            var ofSegment = arrived.Count;
            Open(reader);
            if (reader.Envelope.Part == EnvelopePart.Body)
            {
                builder?.Add(reader);
                CheckBody(reader, reader.Current);
            }
            else if (reader.Envelope.Part == EnvelopePart.SetEnd)
            {
                EndSet();
            }

            // What the reader found in the segment itself belongs to the claim that the segment opened or continued.
            for (var i = 0; i < ofSegment; i++)
                arrived[i] = (arrived[i].Finding, CurrentClaim);
            Sort(_ => true);
        }

        EndSet();
        Sort(_ => true);
    }

    /// <summary>Opens the reports of the envelope that the segment opens.</summary>
    private void Open(TransactionReader reader)
    {
        switch (reader.Envelope.Part)
        {
            case EnvelopePart.InterchangeStart:
                interchanges.Add(new(reader.Envelope.Interchange));
                (group, set) = (null, null);
                break;
            case EnvelopePart.GroupStart:
                OpenInterchange().Add(group = new(reader.Envelope.Group));
                set = null;
                break;
            case EnvelopePart.SetStart:
                BeginSet(reader);
                break;
            case EnvelopePart.GroupEnd or EnvelopePart.InterchangeEnd:
                set = null;
                break;
        }
    }

    /// <summary>Gives findings to the reports that they belong to.</summary>
    private void Sort(Predicate<Finding> which)
    {
        foreach (var (finding, claim) in arrived.Where(a => which(a.Finding)))
        {
            if (set is not null && (finding.At.SegmentInSet > 0 || finding.Expected == "SE"))
                set.Add(finding, claim);
            else if (group is not null && (finding.At.Id is "GS" or "GE" || finding.Expected == "GE"))
                group.Add(finding);
            else
                OpenInterchange().Add(finding);
        }

        arrived.RemoveAll(a => which(a.Finding));
    }

    private InterchangeReport OpenInterchange()
    {
        if (interchanges.Count == 0)
            interchanges.Add(new(null as Interchange));
        return interchanges[^1];
    }

    private void EndSet()
    {
        builder?.End(findings);
        builder = null;
    }

    private void BeginSet(TransactionReader reader)
    {
        EndSet();
        if (group is null)
            OpenInterchange().Add(group = new(null as Group));
        set = new(reader.Envelope.Set!);
        group.Add(set);
        levels.Clear();
        lastLevel = 0;
        Envelope envelope = new(reader.Envelope.Interchange, reader.Envelope.Group, reader.Envelope.Set);
        builder = reader.Grammar?.Id switch
        {
            "837" => new ProfessionalClaimsBuilder(envelope, claimRules.Check),
            "835" => new RemittanceBuilder(envelope, static _ => { }),
            _ => null,
        };
    }

    private void CheckBody(TransactionReader reader, in Segment segment)
    {
        if (segment.Is("HL"u8))
            CheckLevel(reader, segment);
        else if ((segment.Is("NM1"u8) && segment.Is(8, "XX"u8) && !CodeSets.IsNpi(segment.Text(9)))
            || (segment.Is("N1"u8) && segment.Is(3, "XX"u8) && !CodeSets.IsNpi(segment.Text(4))))
            Add(SnipLevel.CodeSet, FindingKind.CheckDigit, reader.Position with { Element = segment.Is("N1"u8) ? 4 : 9 }, "a number that is no NPI",
                "ten digits with a correct check digit", "Correct the NPI.");
    }

    private void CheckLevel(TransactionReader reader, in Segment hl)
    {
        var (number, parent) = (hl.Text(1), hl.Text(2));
        lastLevel++;
        if (number != lastLevel.ToString(CultureInfo.InvariantCulture))
            Add(SnipLevel.Guide, FindingKind.Hierarchy, reader.Position with { Element = 1 }, "a level out of sequence", $"level {lastLevel}",
                "Number the levels of a set 1, 2, 3.");
        if (parent.Length > 0 && !levels.ContainsKey(parent))
            Add(SnipLevel.Guide, FindingKind.Hierarchy, reader.Position with { Element = 2 }, "a parent level that does not come before",
                "the number of an earlier level", "Correct HL02.");
        else if (parent.Length > 0 && levels[parent] == "0")
            Add(SnipLevel.Guide, FindingKind.Hierarchy, reader.Position with { Element = 2 }, "a parent level that says it has none below (HL04 0)",
                "HL04 1 in the parent", "Correct HL04 of the parent.");
        levels[number] = hl.Text(4);
        if (levels.Count > 100_000)
            levels.Clear();
    }

    private void Add(SnipLevel level, FindingKind kind, Position at, string found, string expected, string fix) =>
        findings.Add(new(level, kind, at, found, expected, fix));
}
