namespace Ips.X12;

/// <summary>A 270: questions about the coverage of people.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Reference">BHT03.</param>
/// <param name="Payer">Who is to answer.</param>
/// <param name="Requester">Who wants to know.</param>
/// <param name="Questions">The questions by person.</param>
public sealed record CoverageRequest(Envelope Envelope, string Reference, Party? Payer, Party? Requester, IReadOnlyList<CoverageQuestion> Questions)
    : X12Document(Envelope);

/// <summary>A question about one person.</summary>
/// <param name="Traces">TRN: comes back in the answer.</param>
/// <param name="Person">The subscriber, or the dependent.</param>
/// <param name="BirthDate">DMG02; null when not said.</param>
/// <param name="Service">DTP*291 of the person or of the service; null means today.</param>
/// <param name="ServiceTypes">EQ01; 30 is the plan as a whole.</param>
/// <param name="IsDependent">Whether it is about a dependent (2000D).</param>
public sealed record CoverageQuestion(
    IReadOnlyList<TraceNumber> Traces, Party? Person, DateOnly? BirthDate, Period? Service, IReadOnlyList<string> ServiceTypes, bool IsDependent);

/// <summary>Builds questions from the segments of a 270.</summary>
internal sealed class CoverageRequestBuilder(Envelope envelope) : DocumentBuilder
{
    private readonly List<CoverageQuestion> questions = [];
    private string reference = "";
    private Party? payer;
    private Party? requester;
    private CoverageQuestion? question;

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
                question = segment.Is(3, "22"u8) || segment.Is(3, "23"u8)
                    ? new(new List<TraceNumber>(), null, null, null, new List<string>(), segment.Is(3, "23"u8)) : null;
                break;
            case "NM1" when reader.Loop == "2100A":
                payer = Party.OfNm1(segment);
                break;
            case "NM1" when reader.Loop == "2100B":
                requester = Party.OfNm1(segment);
                break;
            case "NM1" when question is not null:
                question = question with { Person = Party.OfNm1(segment) };
                break;
            case "TRN" when question is not null:
                ((List<TraceNumber>)question.Traces).Add(TraceNumber.Of(segment));
                break;
            case "DMG" when question is not null:
                question = question with { BirthDate = segment.Day(2) };
                break;
            case "DTP" when question is not null && segment.Is(1, "291"u8):
                question = question with { Service = question.Service ?? Period.Parse(segment[3]) };
                break;
            case "EQ" when question is not null && segment.TextOrNull(1) is { } type:
                ((List<string>)question.ServiceTypes).AddRange(type.Split((char)(segment.Separators.Repetition ?? (byte)'^')));
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        Close();
        return new CoverageRequest(envelope, reference, payer, requester, questions);
    }

    private void Close()
    {
        // A subscriber above a dependent is not meant itself.
        if (question is not null && (question.ServiceTypes.Count > 0 || question.Traces.Count > 0))
            questions.Add(question);
        question = null;
    }
}
