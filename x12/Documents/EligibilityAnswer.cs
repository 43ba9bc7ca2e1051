namespace Ips.X12;

/// <summary>A 271: what a payer says about the coverage of people.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Reference">BHT03: the reference of our question.</param>
/// <param name="Payer">Who answers.</param>
/// <param name="Refusals">Refusals of the whole question (AAA above the people).</param>
/// <param name="People">The answers by person.</param>
public sealed record EligibilityAnswer(Envelope Envelope, string Reference, Party? Payer, IReadOnlyList<Refusal> Refusals,
    IReadOnlyList<PersonCoverage> People) : X12Document(Envelope)
{
    /// <summary>Who is answered; null where the answer does not say.</summary>
    public Party? Requester { get; init; }
}

/// <summary>An AAA: the payer could not answer.</summary>
/// <param name="Reason">AAA03, for example 75 for a subscriber not found.</param>
/// <param name="Action">AAA04: what to do next, for example C to correct and resubmit.</param>
public sealed record Refusal(string Reason, string? Action)
{
    /// <summary>The loop in which it stands in a 278; null elsewhere.</summary>
    public string? Loop { get; init; }

    internal static Refusal Of(in Segment aaa) => new(aaa.Text(3), aaa.TextOrNull(4));
}

/// <summary>Whether a person is covered on a day.</summary>
public enum Coverage
{
    /// <summary>The answer does not say, or contradicts itself.</summary>
    Unknown,

    /// <summary>Covered.</summary>
    Covered,

    /// <summary>Not covered.</summary>
    NotCovered,
}

/// <summary>What a 271 says about one person.</summary>
/// <param name="Person">The subscriber or dependent.</param>
/// <param name="BirthDate">DMG02.</param>
/// <param name="Traces">TRN: our trace numbers among them.</param>
/// <param name="Dates">DTP of the person by qualifier, for example 291 for the plan.</param>
/// <param name="Refusals">AAA of the person.</param>
/// <param name="Benefits">EB.</param>
public sealed record PersonCoverage(
    Party? Person, DateOnly? BirthDate, IReadOnlyList<TraceNumber> Traces, IReadOnlyList<DatedQualifier> Dates, IReadOnlyList<Refusal> Refusals,
        IReadOnlyList<Benefit> Benefits)
{
    /// <summary>Whether the person is covered on a day for a kind of service.</summary>
    /// <param name="day">The day of service.</param>
    /// <param name="serviceType">EB03; 30 is the plan as a whole.</param>
    /// <remarks>
    /// An active benefit holds in its own dates or, without any, in those of the person. An inactive one with a day on which coverage ends takes over on the day after it.
    /// An answer without a benefit for the service says nothing.
    /// </remarks>
    public Coverage On(DateOnly day, string serviceType = "30")
    {
        var relevant = Benefits.Where(b => b.Services.Count == 0 || b.Services.Contains(serviceType) || b.Services.Contains("30")).ToList();
        var active = relevant.Where(b => b.IsActive).Any(b => Spans(b.Dates, day) ?? Spans(Dates, day) ?? true);
        var ended = relevant.Where(b => b.IsInactive).ToList();
        if (active)
            return ended.Any(b => EndedBefore(b, day)) ? Coverage.NotCovered : Coverage.Covered;
        return relevant.Any(b => b.IsActive) || ended.Any(b => EndedBefore(b, day) || b.Dates.Count == 0) ? Coverage.NotCovered : Coverage.Unknown;
    }

    /// <summary>Whether the dates include a day; null when none of them bounds the coverage.</summary>
    private static bool? Spans(IReadOnlyList<DatedQualifier> dates, DateOnly day)
    {
        bool? result = null;
        foreach (var date in dates)
        {
            var includes = date.Qualifier switch
            {
                "291" or "292" or "307" or "472" when date.Period.From != date.Period.Through => date.Period.Contains(day),
                "291" or "346" or "348" or "356" or "307" => day >= date.Period.From && (date.Period.From == date.Period.Through || date.Period.Contains(day)),
                "347" or "349" or "357" => day <= date.Period.Through,
                _ => (bool?)null,
            };
            result = includes is { } value ? value && result != false : result;
        }

        return result;
    }

    private static bool EndedBefore(Benefit benefit, DateOnly day)
    {
        foreach (var date in benefit.Dates)
        {
            switch (date.Qualifier)
            {
                case "347" or "349" or "357" when day > date.Period.Through:
                case "346" or "348" or "356" when day >= date.Period.From:
                case "291" or "307" when date.Period.Contains(day):
                    return true;
            }
        }

        return false;
    }
}

/// <summary>A DTP segment.</summary>
/// <param name="Qualifier">DTP01.</param>
/// <param name="Period">Its days; a single day is both ends.</param>
public sealed record DatedQualifier(string Qualifier, Period Period);

/// <summary>An EB: one statement about the coverage.</summary>
/// <param name="Information">EB01: 1 to 5 active, 6 to 8 inactive, B copayment and others.</param>
/// <param name="Level">EB02.</param>
/// <param name="Services">EB03: kinds of service.</param>
/// <param name="Insurance">EB04: kind of insurance, for example MC.</param>
/// <param name="Plan">EB05.</param>
/// <param name="Amount">EB07 in dollars.</param>
/// <param name="Ratio">EB08, 0 to 1.</param>
/// <param name="InNetwork">EB12.</param>
/// <param name="Dates">Its DTP.</param>
/// <param name="Messages">Its MSG.</param>
public sealed record Benefit(
    string Information, string? Level, IReadOnlyList<string> Services, string? Insurance, string? Plan, decimal? Amount, decimal? Ratio, string? InNetwork,
        IReadOnlyList<DatedQualifier> Dates,
    IReadOnlyList<string> Messages)
{
    /// <summary>Whether it says that coverage is active.</summary>
    public bool IsActive => Information is "1" or "2" or "3" or "4" or "5";

    /// <summary>Whether it says that coverage is inactive.</summary>
    public bool IsInactive => Information is "6" or "7" or "8";
}

/// <summary>Builds an eligibility answer from the segments of a 271.</summary>
internal sealed class EligibilityBuilder(Envelope envelope) : DocumentBuilder
{
    private readonly List<Refusal> refusals = [];
    private readonly List<PersonCoverage> people = [];
    private string reference = "";
    private Party? payer;
    private Party? requester;
    private PersonDraft? person;

    public override void Add(TransactionReader reader)
    {
        var segment = reader.Current;
        switch (segment.IdText)
        {
            case "BHT":
                reference = segment.Text(3);
                break;
            case "HL":
                Close();
                person = segment.Is(3, "22"u8) || segment.Is(3, "23"u8) ? new() : null;
                break;
            case "AAA" when person is null:
                refusals.Add(Refusal.Of(segment));
                break;
            case "NM1" when person is null:
                if (reader.Loop == "2100A")
                    payer = Party.OfNm1(segment);
                else if (reader.Loop == "2100B")
                    requester = Party.OfNm1(segment);
                break;
            default:
                person?.Add(segment);
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        Close();
        return new EligibilityAnswer(envelope, reference, payer, refusals, people) { Requester = requester };
    }

    private void Close()
    {
        // A subscriber above a dependent may say nothing itself.
        if (person?.Done() is { } done && (done.Benefits.Count > 0 || done.Refusals.Count > 0 || done.Traces.Count > 0))
            people.Add(done);
        person = null;
    }

    private sealed class PersonDraft
    {
        private readonly List<TraceNumber> traces = [];
        private readonly List<DatedQualifier> dates = [];
        private readonly List<Refusal> refusals = [];
        private readonly List<Benefit> benefits = [];
        private Party? party;
        private DateOnly? birth;

        public void Add(in Segment segment)
        {
            switch (segment.IdText)
            {
                case "TRN":
                    traces.Add(TraceNumber.Of(segment));
                    break;
                case "NM1" when segment.Is(1, "IL"u8) || segment.Is(1, "03"u8):
                    party = Party.OfNm1(segment);
                    break;
                case "DMG":
                    birth = segment.Day(2);
                    break;
                case "AAA":
                    refusals.Add(Refusal.Of(segment));
                    break;
                case "EB":
                    benefits.Add(new(segment.Text(1), segment.TextOrNull(2), Services(segment), segment.TextOrNull(4), segment.TextOrNull(5),
                        segment.Number18(7), segment.Number18(8),
                        segment.TextOrNull(12), new List<DatedQualifier>(), new List<string>()));
                    break;
                case "DTP" when Period.Parse(segment[3]) is { } period:
                    (benefits.Count > 0 ? (List<DatedQualifier>)benefits[^1].Dates : dates).Add(new(segment.Text(1), period));
                    break;
                case "MSG" when benefits.Count > 0:
                    ((List<string>)benefits[^1].Messages).Add(segment.Text(1));
                    break;
            }
        }

        public PersonCoverage Done() => new(party, birth, traces, dates, refusals, benefits);

        private static List<string> Services(in Segment eb)
        {
            List<string> services = [];
            if (eb[3].IsEmpty)
                return services;
            var repetition = eb.Separators.Repetition ?? (byte)'^';
            for (var i = 1; i <= Segment.Parts(eb[3], repetition); i++)
                services.Add(Segment.Decode(Segment.Part(eb[3], repetition, i)));
            return services;
        }
    }
}
