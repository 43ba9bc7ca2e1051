using System.Globalization;
using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir;
using Ips.X12;
using Attachment = Ips.X12.Attachment;
using R4 = Hl7.Fhir.Model;
using X12Period = Ips.X12.Period;

namespace Ips.Eligibility.X12Requests;

/// <summary>What the FHIR endpoint answered, as the 278 that answers a request.</summary>
internal sealed class ReviewReply(ReviewAnswer request, List<ReviewItem> requested)
{
    private const int LongestMessage = 264;

    // Who gives the reviewer's numbers, TRN03.
    private const string Company = "9IPSPLATFM";

    /// <summary>The answer's head: the request's, turned round.</summary>
    private ReviewAnswer Start => request with { IsAnswer = true, Purpose = "11", Refusals = [], Items = [] };

    /// <summary>What the payer, or the platform for it, decided of each item.</summary>
    public ReviewAnswer Decided(Bundle answer)
    {
        var response = (ClaimResponse)answer.Entry[0].Resource!;
        if (response.Item.Count > 0)
            return Start with { Items = [.. Decisions(response, [.. answer.Entry.Select(e => e.Resource).OfType<CommunicationRequest>()])] };
        var code = response.Error.SelectMany(e => e.Code.Coding).Select(c => c.Code).FirstOrDefault() ?? "33";
        return Start with { Refusals = [new(code, "C") { Loop = LoopOf(code) }], Items = [.. request.Items.Select(Echo)] };
    }

    /// <summary>What an inquiry found, behind the event that it named.</summary>
    public ReviewAnswer Found(IReadOnlyList<ClaimResponse> responses) => responses.Count == 0
        ? Start with { Refusals = [new("75", "C") { Loop = "2010C" }] }
        : Start with
        {
            Items = [.. request.Items.Where(i => !i.IsService).Take(1).Select(Echo), .. responses.SelectMany(r => r.Item.Select(item => Found(r, item)))],
        };

    /// <summary>A request that could not be processed: nothing of it is stored.</summary>
    public ReviewAnswer Refused(FhirFault fault)
    {
        var faults = fault.Issues.ToLookup(ItemOf);
        return Start with { Refusals = faults.Contains(null) ? [new("33", "C") { Loop = "2000A" }] : [], Items = [.. Refusals(faults)] };
    }

    /// <summary>Whether it is an item of the Claim; an event above services is not.</summary>
    private bool IsRequested(ReviewItem item) => item.IsService || !requested.Exists(r => r.IsService);

    private IEnumerable<ReviewItem> Decisions(ClaimResponse response, List<CommunicationRequest> questions)
    {
        var number = 0;
        foreach (var item in request.Items)
            yield return IsRequested(item) && response.Item.Find(i => i.ItemSequence == number + 1) is { } decided
                ? With(Decide(Echo(requested[number++]), response, decided), questions.FindAll(a => (a.ValueOf("serviceLineNumber") as PositiveInt)?.Value == decided.ItemSequence))
                : Echo(item);
    }

    // What has no LOINC is named by its report type and its code on this platform, as a request names it.
    private static ReviewItem With(ReviewItem item, List<CommunicationRequest> questions) => item with
    {
        RequestedCodes = [.. questions.SelectMany(a => a.Payload).Select(p => (p.Content as FhirString)?.Value).OfType<string>().Distinct(StringComparer.Ordinal)],
        ReviewerTraces = [.. questions.SelectMany(a => a.Identifier).Where(i => i.System == PasCodes.Questionnaires).Select(i => new TraceNumber(i.Value!, Company))],
        Attachments = [.. questions.Where(a => a.Payload.Count == 0).Select(a => new Attachment(
            a.Category[0].In(PasCodes.ReportType)!, "EL", a.Identifier[0].Value![(a.Identifier[0].Value!.IndexOf(':', StringComparison.Ordinal) + 1)..].ToUpperInvariant()))],
    };

    private IEnumerable<ReviewItem> Refusals(ILookup<int?, FhirIssue> faults)
    {
        var number = 0;
        foreach (var item in request.Items)
        {
            // The event above has what is about the request as a whole.
            int? own = IsRequested(item) ? number++ : null;
            yield return Echo(item) with { Refusals = own is not null && faults.Contains(own) ? [new("33", "C")] : [], Message = Text(faults[own]) };
        }
    }

    /// <summary>An item as an answer repeats it, before anything is decided.</summary>
    private static ReviewItem Echo(ReviewItem item) => item with { Attachments = [], Message = null, Earlier = null, Urgency = null, Refusals = [] };

    // A trace without its company cannot be written.
    private static ReviewItem Found(ClaimResponse response, ClaimResponse.ItemComponent decided) => Decide(
        new(IsService: true, [.. decided.Traces().Select(Partners.Trace).OfType<TraceNumber>()], null, null, null, null, null, null, null, null, []), response, decided);

    private static ReviewItem Decide(ReviewItem item, ClaimResponse response, ClaimResponse.ItemComponent decided)
    {
        var review = decided.Adjudication.SelectMany(a => a.Extension).FirstOrDefault(e => e.Url == PasCodes.Extension("reviewAction"));
        var added = response.AddItem.Find(a => a.ItemSequence.Contains(decided.ItemSequence));
        var number = (review.Part("number") as FhirString)?.Value;
        var error = response.Error.Find(e => e.ItemSequence == decided.ItemSequence)?.Code.Coding.FirstOrDefault()?.Code;
        return item with
        {
            DecisionCode = (review.Part(PasCodes.Extension("reviewActionCode")) as CodeableConcept).In(PasCodes.Action),
            Number = number,
            Reason = (review.Part("reasonCode") as CodeableConcept).In(PasCodes.Reason),
            Approved = Days(decided, "itemPreAuthPeriod") ?? Days(decided, "itemRequestedServiceDate") ?? item.Approved,
            Units = added?.Quantity?.Value ?? item.Units,
            Administrative = number is null ? decided.TextOf("administrationReferenceNumber") : null,
            Refusals = error is null ? [] : [new(error, "C")],
            Message = Message([.. decided.NoteNumber.Select(n => response.ProcessNote.Find(note => note.Number == n)?.Text ?? "")]),
        };
    }

    /// <summary>The receipt, then what was not met, as much as a message holds.</summary>
    private static string? Message(List<string> notes)
    {
        var message = "";
        foreach (var note in notes.Where(n => n.StartsWith("Receipt:", StringComparison.Ordinal))
            .Concat(notes.Where(n => n.StartsWith("Missing", StringComparison.Ordinal) || n.Contains(" not met", StringComparison.Ordinal))))
        {
            if (message.Length == 0)
                message = Shortened(note);
            else if (message.Length + 2 + note.Length <= LongestMessage)
                message += $"; {note}";
        }

        return message.Length == 0 ? null : message;
    }

    private static string? Text(IEnumerable<FhirIssue> issues) =>
        string.Join("; ", issues.Select(i => $"{ElementOf(i.Expression)} {i.Text}".Trim())) is { Length: > 0 } text ? Shortened(text) : null;

    private static string Shortened(string text) => text[..Math.Min(text.Length, LongestMessage)];

    /// <summary>The element in the words of a 278.</summary>
    private static string ElementOf(string expression) => expression[(expression.LastIndexOf("].", StringComparison.Ordinal) + 1)..].TrimStart('.') switch
    {
        "serviced.start" or "serviced.end" or "serviced" => "DTP",
        "quantity" => "SV104",
        "productOrService" => "SV101",
        "supportingInfo" => "PWK",
        "identifier" => "BHT03",
        _ => "",
    };

    /// <summary>The item that a fault is about, from 0; null when it is about the request as a whole.</summary>
    private static int? ItemOf(FhirIssue issue)
    {
        const string At = "resource.item[";
        var start = issue.Expression.IndexOf(At, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var number = issue.Expression.AsSpan(start + At.Length);
        return int.TryParse(number[..number.IndexOf(']')], CultureInfo.InvariantCulture, out var item) ? item : null;
    }

    /// <summary>The loop in which X12 element 901 stands: of the payer, of the agency, of the request, of the person.</summary>
    private static string LoopOf(string code) => code switch
    {
        "T4" => "2010A",
        "51" or "43" => "2010B",
        "33" => "2000A",
        _ => "2010C",
    };

    private static X12Period? Days(ClaimResponse.ItemComponent decided, string name) =>
        decided.ValueOf(name) is R4.Period period && PasElements.Day(period.Start) is { } from && PasElements.Day(period.End) is { } through
            ? new X12Period(from, through) : null;
}
