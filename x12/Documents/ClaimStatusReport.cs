namespace Ips.X12;

/// <summary>A 277CA (005010X214) or the answer to a 276 (005010X212): what became of claims.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="IsAcknowledgement">True for a 277CA: the claims were taken in or refused before anyone decided on payment.</param>
/// <param name="Payer">Who answers.</param>
/// <param name="Receiver">Whom it answers.</param>
/// <param name="Batch">TRN of the receiver: the reference (BHT03) of our file.</param>
/// <param name="BatchStatuses">The status of the file as a whole.</param>
/// <param name="ProviderStatuses">The status of all claims of a billing provider.</param>
/// <param name="Claims">The claims.</param>
public sealed record ClaimStatusReport(
    Envelope Envelope, bool IsAcknowledgement, Party? Payer, Party? Receiver, string? Batch, IReadOnlyList<ClaimStatusCode> BatchStatuses,
        IReadOnlyList<ClaimStatusCode> ProviderStatuses,
    IReadOnlyList<ClaimStatus> Claims) : X12Document(Envelope);

/// <summary>What a 277CA means for a claim.</summary>
public enum ClaimAcceptance
{
    /// <summary>The statuses do not say.</summary>
    Unknown,

    /// <summary>Taken in; it will be decided on.</summary>
    Accepted,

    /// <summary>Refused and never decided on: correct it and send it as an original.</summary>
    Rejected,
}

/// <summary>One status of an STC.</summary>
/// <param name="Category">The category, for example A2.</param>
/// <param name="Status">The status code.</param>
/// <param name="Entity">Whom it is about, for example 85 for the billing provider.</param>
/// <param name="Day">STC02.</param>
/// <param name="Action">STC03: WQ accepted, U rejected.</param>
/// <param name="Charge">STC04 in dollars.</param>
/// <param name="Paid">STC05 in dollars.</param>
public sealed record ClaimStatusCode(string Category, string Status, string? Entity, DateOnly? Day, string? Action, decimal? Charge, decimal? Paid)
{
    /// <summary>Whether it refuses the claim.</summary>
    public bool IsRejection => Action == "U" || Category is "A3" or "A4" or "A6" or "A7" or "A8";

    /// <summary>Whether it accepts the claim.</summary>
    public bool IsAcceptance => !IsRejection && Category is "A0" or "A1" or "A2";

    /// <summary>For example <c>A3:562 entity 85</c>.</summary>
    public override string ToString() => $"{Category}:{Status}{(Entity is null ? "" : $" entity {Entity}")}";

    internal static void AddTo(List<ClaimStatusCode> statuses, in Segment stc)
    {
        foreach (var element in new[] { 1, 10, 11 })
        {
            if (!stc[element].IsEmpty)
                statuses.Add(new(stc.Text(element, 1), stc.Text(element, 2), stc.TextOrNull(element, 3), stc.Day(2), stc.TextOrNull(3), stc.Number18(4),
                    stc.Number18(5)));
        }
    }
}

/// <summary>The status of a claim.</summary>
/// <param name="Claim">TRN02: our claim number in a 277CA; in the answer to a 276, the number of our question.</param>
/// <param name="Patient">The patient.</param>
/// <param name="Statuses">All its statuses.</param>
/// <param name="PayerClaim">REF*1K.</param>
/// <param name="ClearinghouseClaim">REF*D9.</param>
/// <param name="PatientAccount">REF*EJ: our claim number in the answer to a 276.</param>
/// <param name="Service">DTP*472.</param>
/// <param name="Lines">Lines with a status of their own.</param>
public sealed record ClaimStatus(
    string Claim, Party? Patient, IReadOnlyList<ClaimStatusCode> Statuses, string? PayerClaim, string? ClearinghouseClaim, string? PatientAccount,
        Period? Service, IReadOnlyList<LineStatus> Lines)
{
    /// <summary>What a 277CA means. One refusal refuses the claim.</summary>
    public ClaimAcceptance Acceptance =>
        Statuses.Any(s => s.IsRejection) ? ClaimAcceptance.Rejected : Statuses.Any(s => s.IsAcceptance) ? ClaimAcceptance.Accepted : ClaimAcceptance.Unknown;
}

/// <summary>The status of a service line.</summary>
/// <param name="Procedure">The procedure.</param>
/// <param name="Charge">SVC02 in dollars.</param>
/// <param name="Statuses">Its statuses.</param>
/// <param name="LineControl">REF*FJ.</param>
/// <param name="Service">DTP*472.</param>
public sealed record LineStatus(Procedure? Procedure, decimal? Charge, IReadOnlyList<ClaimStatusCode> Statuses, string? LineControl, Period? Service);

/// <summary>Builds a status report from the segments of a 277.</summary>
internal sealed class ClaimStatusBuilder(Envelope envelope) : DocumentBuilder
{
    private readonly List<ClaimStatusCode> batchStatuses = [];
    private readonly List<ClaimStatusCode> providerStatuses = [];
    private readonly List<ClaimStatus> claims = [];
    private List<ClaimStatusCode> statuses = [];
    private List<LineStatus> lines = [];
    private bool isAcknowledgement;
    private Party? payer;
    private Party? receiver;
    private Party? patient;
    private string? batch;
    private ClaimStatus? claim;
    private LineStatus? line;

    public override void Add(TransactionReader reader)
    {
        var segment = reader.Current;
        switch (segment.IdText)
        {
            case "BHT":
                isAcknowledgement = segment.Is(1, "0085"u8);
                break;
            case "HL":
                CloseClaim();
                break;
            case "NM1":
                AddParty(Party.OfNm1(segment));
                break;
            case "TRN" when reader.Loop == "2200B":
                batch = segment.Text(2);
                break;
            case "TRN" when reader.Loop == "2200D":
                CloseClaim();
                claim = new(segment.Text(2), patient, [], null, null, null, null, []);
                break;
            case "SVC" when claim is not null:
                CloseLine();
                line = new(Procedure.Of(segment, 1), segment.Number18(2), [], null, null);
                break;
            case "STC":
                ClaimStatusCode.AddTo(claim is not null ? statuses : reader.Loop == "2200B" ? batchStatuses : providerStatuses, segment);
                break;
            case "REF" when claim is not null:
                AddReference(segment);
                break;
            case "DTP" when claim is not null && segment.Is(1, "472"u8):
                if (line is not null)
                    line = line with { Service = Period.Parse(segment[3]) };
                else
                    claim = claim with { Service = Period.Parse(segment[3]) };
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        CloseClaim();
        return new ClaimStatusReport(envelope, isAcknowledgement, payer, receiver, batch, batchStatuses, providerStatuses, claims);
    }

    private void AddParty(Party party)
    {
        switch (party.Entity)
        {
            case "PR" or "AY":
                payer = party;
                break;
            case "41":
                receiver = party;
                break;
            case "QC" or "IL":
                patient = party;
                break;
        }
    }

    private void AddReference(in Segment segment)
    {
        var value = segment.Text(2);
        switch (segment.Text(1))
        {
            case "1K":
                claim = claim! with { PayerClaim = value };
                break;
            case "D9":
                claim = claim! with { ClearinghouseClaim = value };
                break;
            case "EJ":
                claim = claim! with { PatientAccount = value };
                break;
            case "FJ" when line is not null:
                line = line with { LineControl = value };
                break;
        }
    }

    /// <summary>Before its first line, statuses are those of the claim; then those of the line.</summary>
    private void CloseLine()
    {
        if (line is not null)
            lines.Add(line with { Statuses = statuses });
        else if (claim is not null)
            claim = claim with { Statuses = statuses };
        (line, statuses) = (null, []);
    }

    private void CloseClaim()
    {
        if (claim is null)
            return;
        CloseLine();
        claims.Add(claim with { Lines = lines });
        (claim, lines) = (null, []);
    }
}
