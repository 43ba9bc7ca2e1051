using System.Globalization;

namespace Ips.X12;

/// <summary>Builds claims from the segments of an 837P. The patient of a claim below a patient level (2000C) is not read apart: Medicaid has none.</summary>
/// <param name="envelope">Where it came in.</param>
/// <param name="onClaim">Takes each claim with the places of its segments; the document then does not collect them.</param>
internal sealed class ProfessionalClaimsBuilder(Envelope envelope, Action<ProfessionalClaim, ClaimBatch, ClaimPlaces>? onClaim = null) : DocumentBuilder
{
    private static readonly Address NoAddress = new("", null, "", "", "");
    private static readonly Provider NoProvider = new("", null, null);
    private readonly List<ProfessionalClaim> claims = [];
    private ClaimBatch batch = new("", default, false, "", "", null, null, "", "");
    private string? taxonomy;
    private Provider billing = NoProvider;
    private Subscriber subscriber = new("", null, null, null, "", default, "", NoAddress);
    private ClaimPayer payer = new("", "", "");
    private ProfessionalClaim? claim;
    private OtherPayer? other;
    private ServiceLine? line;
    private LineAdjudication? decision;
    private Address address = NoAddress;
    private readonly ClaimPlaces? places = onClaim is null ? null : new();

    /// <summary>The claim that the segments read last belong to.</summary>
    public string? CurrentClaim => claim?.Claim;

    public override void Add(TransactionReader reader)
    {
        var segment = reader.Current;
        var id = segment.IdText;
        if (id is "CLM" or "HL")
            Close();
        places?.Add(reader, segment, id);
        switch (reader.Loop)
        {
            case "" when id == "BHT":
                batch = batch with { Reference = segment.Text(3), IsEncounter = segment.Is(6, "RP"u8), Created = Moment(segment) };
                break;
            case "1000A" when id == "NM1":
                batch = batch with { SubmitterName = segment.Text(3), SubmitterId = segment.Text(9) };
                break;
            case "1000A" when id == "PER":
                batch = batch with { ContactName = segment.TextOrNull(2), ContactPhone = segment.TextOrNull(4) };
                break;
            case "1000B":
                batch = batch with { ReceiverName = segment.Text(3), ReceiverId = segment.Text(9) };
                break;
            case "2000A" when id == "HL":
                (taxonomy, billing) = (null, NoProvider);
                break;
            case "2000A" when id == "PRV":
                taxonomy = segment.Text(3);
                break;
            case "2010AA":
                AddBilling(segment, id);
                break;
            case "2000B" when id == "SBR":
                payer = new("", "", segment.Text(9), segment.Text(1), segment.TextOrNull(3));
                break;
            case "2010BA":
                AddSubscriber(segment, id);
                break;
            case "2010BB":
                AddPayer(segment, id);
                break;
            default:
                AddToClaim(reader, segment, id);
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        Close();
        return new ProfessionalClaims(envelope, batch, claims);
    }

    private static DateTimeOffset Moment(in Segment bht)
    {
        if (bht.Day(4) is not { } day || !TimeOnly.TryParseExact(bht[5].Length >= 4 ? bht.Text(5)[..4] : "", "HHmm", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var time))
            return default;
        return new(day, time, TimeSpan.Zero);
    }

    private bool AddAddress(in Segment segment, string id)
    {
        if (id == "N3")
            address = NoAddress with { Line1 = segment.Text(1), Line2 = segment.TextOrNull(2) };
        else if (id == "N4")
            address = address with { City = segment.Text(1), State = segment.Text(2), PostalCode = segment.Text(3) };
        return id is "N3" or "N4";
    }

    private void AddBilling(in Segment segment, string id)
    {
        if (id == "NM1")
            billing = ProviderOf(segment) with { Taxonomy = taxonomy };
        else if (AddAddress(segment, id))
            billing = billing with { Address = address };
        else if (id == "REF" && (segment.Is(1, "EI"u8) || segment.Is(1, "SY"u8)))
            billing = billing with { TaxNumber = segment.Text(2), TaxNumberIsSsn = segment.Is(1, "SY"u8) };
    }

    private static Provider ProviderOf(in Segment nm1) => new(nm1.Text(3), nm1.TextOrNull(4), nm1.TextOrNull(9));

    private void AddSubscriber(in Segment segment, string id)
    {
        if (id == "NM1")
            subscriber = new(segment.Text(3), segment.TextOrNull(4), segment.TextOrNull(5), segment.TextOrNull(7), segment.Text(9), default, "", NoAddress);
        else if (AddAddress(segment, id))
            subscriber = subscriber with { Address = address };
        else if (id == "DMG")
            subscriber = subscriber with { BirthDate = segment.Day(2) ?? default, Gender = segment.Text(3) };
    }

    private void AddPayer(in Segment segment, string id)
    {
        if (id == "NM1")
            payer = payer with { Name = segment.Text(3), Id = segment.Text(9) };
        else if (id == "REF" && (segment.Is(1, "G2"u8) || segment.Is(1, "LU"u8)))
            payer = payer with { SecondIdQualifier = segment.Text(1), SecondId = segment.Text(2) };
    }

    private void AddToClaim(TransactionReader reader, in Segment segment, string id)
    {
        switch (reader.Loop)
        {
            case "2300" when id == "CLM":
                claim = new()
                {
                    Claim = segment.Text(1),
                    Billing = billing,
                    Subscriber = subscriber,
                    Payer = payer,
                    Diagnoses = new List<string>(),
                    Lines = new List<ServiceLine>(),
                    OtherPayers = new List<OtherPayer>(),
                    Attachments = new List<Attachment>(),
                    Place = segment.Text(5, 1),
                    Frequency = segment.Text(5, 3),
                    StatedCharge = segment.Number18(2),
                };
                break;
            case "2300" when claim is not null:
                AddClaimSegment(segment, id);
                break;
            case "2310B" when claim is not null:
                if (id == "NM1")
                    claim = claim with { Rendering = ProviderOf(segment) };
                else if (id == "PRV" && claim.Rendering is not null)
                    claim = claim with { Rendering = claim.Rendering with { Taxonomy = segment.Text(3) } };
                break;
            case "2310C" when claim is not null:
                if (id == "NM1")
                    claim = claim with { Facility = new(segment.Text(3), segment.TextOrNull(9), NoAddress) };
                else if (AddAddress(segment, id) && claim.Facility is not null)
                    claim = claim with { Facility = claim.Facility with { Address = address } };
                break;
            case "2320" or "2330A" or "2330B" when claim is not null:
                AddOther(segment, id, reader.Loop);
                break;
            case "2400" when claim is not null:
                AddLine(segment, id);
                break;
            case "2430" when line is not null:
                AddDecision(segment, id);
                break;
        }
    }

    private void AddClaimSegment(in Segment segment, string id)
    {
        switch (id)
        {
            case "REF" when segment.Is(1, "F8"u8):
                claim = claim! with { PayerClaim = segment.Text(2) };
                break;
            case "REF" when segment.Is(1, "G1"u8):
                claim = claim! with { Authorization = segment.Text(2) };
                break;
            case "PWK":
                ((List<Attachment>)claim!.Attachments).Add(new(segment.Text(1), segment.Text(2), segment.TextOrNull(6)));
                break;
            case "NTE":
                claim = claim! with { Note = segment.TextOrNull(2) };
                break;
            case "HI" when segment.Component(1, 1).EndsWith("BK"u8):
                for (var i = 1; i <= segment.Count; i++)
                    ((List<string>)claim!.Diagnoses).Add(segment.Text(i, 2));
                break;
        }
    }

    private void AddOther(in Segment segment, string id, string loop)
    {
        switch (id)
        {
            case "SBR":
                CloseOther();
                other = new(new("", "", segment.Text(9), segment.Text(1), segment.TextOrNull(3)), "", null, "", segment.Text(2), null, null,
                    new List<Adjustment>(), null, null);
                break;
            case "CAS" when other is not null:
                Adjustment.AddTo((List<Adjustment>)other.Adjustments, segment);
                break;
            case "AMT" when other is not null && segment.Is(1, "D"u8):
                other = other with { Paid = segment.Number18(2) };
                break;
            case "AMT" when other is not null && segment.Is(1, "EAF"u8):
                other = other with { PatientPart = segment.Number18(2) };
                break;
            case "NM1" when other is not null && loop == "2330A":
                other = other with { InsuredLastName = segment.Text(3), InsuredFirstName = segment.TextOrNull(4), MemberId = segment.Text(9) };
                break;
            case "NM1" when other is not null:
                other = other with { Payer = other.Payer with { Name = segment.Text(3), Id = segment.Text(9) } };
                break;
            case "DTP" when other is not null:
                other = other with { AdjudicatedOn = segment.Day(3) };
                break;
            case "REF" when other is not null && segment.Is(1, "F8"u8):
                other = other with { PayerClaim = segment.Text(2) };
                break;
        }
    }

    private void AddLine(in Segment segment, string id)
    {
        switch (id)
        {
            case "LX":
                CloseOther();
                CloseLine();
                line = new(new("", "", []), 0, 0, default, "", []);
                break;
            case "SV1" when line is not null:
                line = line with
                {
                    Procedure = Procedure.Of(segment, 1) ?? line.Procedure,
                    Charge = segment.Number18(2) ?? 0,
                    Units = segment.Number18(4) ?? 0,
                    Place = segment.TextOrNull(5),
                    DiagnosisPointers = Pointers(segment),
                };
                break;
            case "DTP" when line is not null && segment.Is(1, "472"u8):
                line = line with { Service = Period.Parse(segment[3]) ?? default };
                break;
            case "REF" when line is not null && segment.Is(1, "6R"u8):
                line = line with { LineControl = segment.Text(2) };
                break;
            case "REF" when line is not null && segment.Is(1, "G1"u8):
                line = line with { Authorization = segment.Text(2) };
                break;
            case "NTE" when line is not null:
                line = line with { Note = segment.TextOrNull(2) };
                break;
        }
    }

    private static List<int> Pointers(in Segment sv1)
    {
        List<int> pointers = [];
        for (var i = 1; i <= 4; i++)
        {
            if (int.TryParse(sv1.Component(7, i), CultureInfo.InvariantCulture, out var pointer))
                pointers.Add(pointer);
        }

        return pointers;
    }

    private void AddDecision(in Segment segment, string id)
    {
        switch (id)
        {
            case "SVD":
                CloseDecision();
                decision = new(segment.Text(1), segment.Number18(2) ?? 0, Procedure.Of(segment, 3) ?? new("", "", []), segment.Number18(5) ?? 0,
                    new List<Adjustment>(), default);
                break;
            case "CAS" when decision is not null:
                Adjustment.AddTo((List<Adjustment>)decision.Adjustments, segment);
                break;
            case "DTP" when decision is not null:
                decision = decision with { Day = segment.Day(3) ?? default };
                break;
        }
    }

    private void CloseDecision()
    {
        if (decision is not null && line is not null)
            line = line with { Adjudications = [.. line.Adjudications ?? [], decision] };
        decision = null;
    }

    private void CloseLine()
    {
        CloseDecision();
        if (line is not null && claim is not null)
            ((List<ServiceLine>)claim.Lines).Add(line);
        line = null;
    }

    private void CloseOther()
    {
        if (other is not null && claim is not null)
            ((List<OtherPayer>)claim.OtherPayers).Add(other);
        other = null;
    }

    private void Close()
    {
        CloseOther();
        CloseLine();
        if (claim is not null && onClaim is null)
            claims.Add(claim);
        else if (claim is not null)
            onClaim!(claim, batch, places!);
        claim = null;
    }
}

/// <summary>Where the segments of a claim and of the levels above it are.</summary>
internal sealed class ClaimPlaces
{
    private readonly Dictionary<(string Loop, string Id), Position> head = [];
    private readonly Dictionary<(string Loop, string Id), Position> body = [];
    private readonly List<Position> lines = [];

    public void Add(TransactionReader reader, in Segment segment, string id)
    {
        var isHead = reader.Loop.Length > 2 && reader.Loop[..2] == "20";
        if (id == "HL" && reader.Loop == "2000A")
            head.Clear();
        if (id is "HL" or "CLM")
        {
            body.Clear();
            lines.Clear();
        }

        if (id == "SV1")
            lines.Add(reader.Position);
        var key = (reader.Loop, id == "REF" ? "REF*" + segment.Text(1) : id);
        if (isHead)
            head[key] = reader.Position;
        else
            body.TryAdd(key, reader.Position);
    }

    /// <summary>The place of a segment, or of the claim (CLM) when the segment is not there.</summary>
    public Position Of(string loop, string id, int element = 0) =>
        (body.TryGetValue((loop, id), out var at) || head.TryGetValue((loop, id), out at) || body.TryGetValue(("2300", "CLM"), out at) ? at
            : default) with
        { Element = element };

    /// <summary>The place of the SV1 of a line.</summary>
    public Position Line(int index, int element = 0) => index < lines.Count ? lines[index] with { Element = element } : Of("2300", "CLM");
}
