namespace Ips.X12;

/// <summary>What a file holds, counted without a grammar: its separators, envelopes, claims and sums.</summary>
public sealed record FileFacts
{
    /// <summary>Bytes of the file that were read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Segments in all.</summary>
    public long Segments { get; private set; }

    /// <summary>Whether a byte-order mark comes first.</summary>
    public bool HasByteOrderMark { get; private set; }

    /// <summary>The separators of the first interchange.</summary>
    public Separators Separators { get; private set; } = Separators.Usual;

    /// <summary>ISA segments.</summary>
    public int Interchanges { get; private set; }

    /// <summary>GS segments.</summary>
    public int Groups { get; private set; }

    /// <summary>ST segments.</summary>
    public int Sets { get; private set; }

    /// <summary>TA1 segments.</summary>
    public int InterchangeAcknowledgements { get; private set; }

    /// <summary>ST01 and, where present, ST03 of the sets, each once, in order.</summary>
    public SortedSet<string> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>GS08 of the groups, each once, in order.</summary>
    public SortedSet<string> Versions { get; } = new(StringComparer.Ordinal);

    /// <summary>Sets whose SE01 is not their number of segments.</summary>
    public int WrongSetCounts { get; private set; }

    /// <summary>Claims sent (CLM).</summary>
    public long Claims { get; private set; }

    /// <summary>Service lines sent (LX of an 837).</summary>
    public long Lines { get; private set; }

    /// <summary>Sum of CLM02 in dollars.</summary>
    public decimal Charged { get; private set; }

    /// <summary>Claims whose lines do not add up to CLM02.</summary>
    public long ClaimsNotSumOfLines { get; private set; }

    /// <summary>Sum of BPR02 in dollars.</summary>
    public decimal Payment { get; private set; }

    /// <summary>Claims answered (CLP).</summary>
    public long AnsweredClaims { get; private set; }

    /// <summary>Sum of CLP04 in dollars.</summary>
    public decimal Paid { get; private set; }

    /// <summary>Sum of the amounts in PLB in dollars.</summary>
    public decimal ProviderAdjustments { get; private set; }

    /// <summary>CAS segments.</summary>
    public long Adjustments { get; private set; }

    /// <summary>Answered claims for which charge less adjustments is not the payment.</summary>
    public long UnbalancedClaims { get; private set; }

    /// <summary>CLP02, each once, in order.</summary>
    public SortedSet<string> ClaimStates { get; } = new(StringComparer.Ordinal);

    /// <summary>STC segments.</summary>
    public long Statuses { get; private set; }

    /// <summary>STC01, each once, in order.</summary>
    public SortedSet<string> StatusCodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether payments less provider adjustments is what BPR02 pays.</summary>
    public bool Balances => Paid - ProviderAdjustments == Payment;

    /// <summary>The segments of the kinds requested, as texts, the id first.</summary>
    public List<string[]> Picked { get; } = [];

    /// <summary>Counts a file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="findings">Receives what is wrong with it.</param>
    /// <param name="pick">Ids of segments to return in <see cref="Picked"/>.</param>
    public static FileFacts Read(Stream stream, Findings? findings = null, params string[] pick)
    {
        using X12Reader reader = new(stream, findings);
        FileFacts facts = new();
        Sums sums = new();
        var wasFirst = true;
        while (reader.Read())
        {
            if (wasFirst)
                facts.Separators = reader.Separators;
            wasFirst = false;
            facts.Count(reader, sums);
            if (pick.Length > 0 && pick.Contains(reader.Current.IdText))
                facts.Picked.Add([reader.Current.IdText, .. reader.Current.Texts()]);
            facts.Bytes = reader.Current.Offset + reader.Current.Bytes.Length;
            facts.Segments = reader.Current.Number;
        }

        facts.Close(sums);
        facts.HasByteOrderMark = reader.HasByteOrderMark;
        return facts;
    }

    private void Count(X12Reader reader, Sums sums)
    {
        var segment = reader.Current;
        switch (segment.IdText)
        {
            case "ISA":
                Interchanges++;
                break;
            case "GS":
                Groups++;
                Versions.Add(segment.Text(8));
                break;
            case "TA1":
                InterchangeAcknowledgements++;
                break;
            case "ST":
                Close(sums);
                Sets++;
                Kinds.Add(segment.TextOrNull(3) is { } version ? $"{segment.Text(1)} {version}" : segment.Text(1));
                break;
            case "SE":
                Close(sums);
                if (segment.Number18(1) != reader.SegmentInSet)
                    WrongSetCounts++;
                break;
            case "CLM":
                Close(sums);
                Claims++;
                Charged += segment.Number18(2) ?? 0;
                sums.Charge = segment.Number18(2) ?? 0;
                break;
            case "LX" when reader.Set is { Id: "837" }:
                Lines++;
                break;
            case "SV1":
                sums.Lines += segment.Number18(2) ?? 0;
                break;
            case "SV2":
                sums.Lines += segment.Number18(3) ?? 0;
                break;
            case "BPR":
                Payment += segment.Number18(2) ?? 0;
                break;
            case "CLP":
                Close(sums);
                AnsweredClaims++;
                Paid += segment.Number18(4) ?? 0;
                ClaimStates.Add(segment.Text(2));
                sums.Balance = (segment.Number18(3) ?? 0) - (segment.Number18(4) ?? 0);
                break;
            case "CAS":
                Adjustments++;
                for (var i = 3; i <= segment.Count; i += 3)
                    sums.Balance -= segment.Number18(i) ?? 0;
                break;
            case "PLB":
                Close(sums);
                for (var i = 4; i <= segment.Count; i += 2)
                    ProviderAdjustments += segment.Number18(i) ?? 0;
                break;
            case "STC":
                Statuses++;
                StatusCodes.Add(segment.Text(1));
                break;
        }
    }

    private void Close(Sums sums)
    {
        if (sums.Charge is { } charge && charge != sums.Lines)
            ClaimsNotSumOfLines++;
        if (sums.Balance is { } balance && balance != 0)
            UnbalancedClaims++;
        (sums.Charge, sums.Lines, sums.Balance) = (null, 0, null);
    }

    /// <summary>What is open: a claim sent, its lines, or an answered claim.</summary>
    private sealed class Sums
    {
        public decimal? Charge { get; set; }

        public decimal Lines { get; set; }

        public decimal? Balance { get; set; }
    }
}
