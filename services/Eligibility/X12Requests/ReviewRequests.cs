using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Eligibility.Fhir;
using Ips.X12;
using R4 = Hl7.Fhir.Model;
using Attachment = Ips.X12.Attachment;
using Coverage = Hl7.Fhir.Model.Coverage;
using X12Period = Ips.X12.Period;

namespace Ips.Eligibility.X12Requests;

/// <summary>
/// A 278 becomes the Claim of the FHIR door and its ClaimResponse becomes the 278 that answers: Da Vinci PAS is the 278 in other words. So both doors, and gRPC
/// behind them, make and show the same authorization with the same receipt.
/// </summary>
/// <remarks>
/// BHT03 of a sender is the identifier of a Bundle: the same request again gets the first answer, the same number with another request is refused. UM02 I is a
/// request; R renews, S revises and 3 takes back the authorization in REF*BB. A document is a PWK: its report type where X12 has one, its code on this platform in
/// PWK06 otherwise. BHT02 01 takes back everything in the file; 28 only inquires.
/// </remarks>
internal sealed class ReviewRequests(SubmitClaim submit, InquireClaim inquire)
{
    private const string Inquiry = "28";
    private const int LongestMessage = 264;

    private static readonly FhirJsonSerializer Json = new();

    /// <summary>The answer to a request, revision, cancellation or inquiry.</summary>
    public async Task<ReviewAnswer> Answer(ReviewAnswer request, CancellationToken cancellationToken)
    {
        var requested = Requested(request);
        var bundle = Bundle(request, requested);
        SentBundle sent = new(bundle, Json.SerializeToBytes(bundle));
        if (request.Purpose == Inquiry)
        {
            var (found, unfound) = await inquire.Handle(sent, cancellationToken);
            if (unfound is not null)
                return Refused(request, requested, unfound);
            List<ClaimResponse> responses = [.. found!.Parameter.Select(p => p.Resource).OfType<Bundle>().Select(b => b.Entry[0].Resource).OfType<ClaimResponse>()];
            return responses.Count == 0 ? Start(request) with { Refusals = [new("75", "C") { Loop = "2010C" }] }
                : Start(request) with { Items = [.. Events(request), .. responses.SelectMany(r => r.Item.Select(i => Found(r, i)))] };
        }

        var (answer, fault) = await submit.Handle(sent, cancellationToken);
        return fault is not null ? Refused(request, requested, fault) : Decided(request, requested, (ClaimResponse)answer!.Entry[0].Resource!);
    }

    /// <summary>What is to be reviewed: the services, or events that name one themselves.</summary>
    private static List<ReviewItem> Requested(ReviewAnswer request)
    {
        List<ReviewItem> requested = [];
        ReviewItem? above = null;
        foreach (var item in request.Items)
        {
            if (!item.IsService)
                above = item;
            // A service takes from its event what it does not say itself.
            else
                requested.Add(item with
                {
                    RequestType = item.RequestType ?? above?.RequestType,
                    Urgency = item.Urgency ?? above?.Urgency,
                    Earlier = item.Earlier ?? above?.Earlier,
                    Approved = item.Approved ?? above?.Approved,
                });
        }

        return requested.Count > 0 ? requested : [.. request.Items];
    }

    private static Bundle Bundle(ReviewAnswer request, List<ReviewItem> requested)
    {
        var sender = request.Envelope.Interchange?.Sender ?? "";
        var (payer, agency) = (Partners.Organization(request.Reviewer), Partners.Organization(request.Requester));
        var patient = Partners.Patient(request.Subscriber, request.BirthDate);
        Coverage coverage = new() { Status = FinancialResourceStatusCodes.Active, SubscriberId = request.Subscriber?.Id };
        Resource[] named = [agency, payer, patient, coverage];
        var documents = request.Items.SelectMany(i => i.Attachments).Where(a => a.Control is not null).Select(Document).ToArray();
        Claim claim = new()
        {
            Identifier = [.. Numbers(request)],
            Status = request.Purpose == "01" ? FinancialResourceStatusCodes.Cancelled : FinancialResourceStatusCodes.Active,
            Type = new("http://terminology.hl7.org/CodeSystem/claim-type", "professional"),
            Use = ClaimUseCode.Preauthorization,
            Provider = To(1),
            Insurer = To(2),
            Patient = To(3),
            Insurance = [new() { Sequence = 1, Focal = true, Coverage = To(4) }],
            Item = [.. requested.Select((item, i) => Item(item, i + 1))],
        };
        if (requested.Find(i => i.Urgency is not null) is { } urgent)
            claim.AddExtension(PasCodes.Extension("levelOfServiceCode"), PasCodes.Concept(PasCodes.Urgency, urgent.Urgency!));
        foreach (var report in request.Items.SelectMany(i => i.Attachments).Where(a => a.Control is null))
            claim.SupportingInfo.Add(new()
            {
                Sequence = claim.SupportingInfo.Count + 1,
                Category = new(PasCodes.Temporary, "additionalInformation"),
                Extension = [new() { Url = PasCodes.Extension("documentInformation"), Extension = [new("reportTypeCode", PasCodes.Concept(PasCodes.ReportType, report.Report))] }],
            });
        if (request.Items.FirstOrDefault(i => i is { IsService: false, Approved: not null })?.Approved is { } days)
            claim.SupportingInfo.Add(new()
            {
                Sequence = claim.SupportingInfo.Count + 1,
                Category = new(PasCodes.Temporary, "patientEvent"),
                Timing = new R4.Period { Start = days.From.Day(), End = days.Through.Day() },
            });
        for (var i = 0; i < documents.Length; i++)
            claim.SupportingInfo.Add(new()
            {
                Sequence = claim.SupportingInfo.Count + 1,
                Category = new(PasCodes.Temporary, "additionalInformation"),
                Value = To(5 + i),
            });
        return new()
        {
            Identifier = new(Partners.Numbers + sender, request.Reference),
            Type = R4.Bundle.BundleType.Collection,
            Entry = [.. named.Concat(documents).Prepend(claim).Select((resource, i) => new Bundle.EntryComponent { FullUrl = To(i).Reference, Resource = resource })],
        };
    }

    /// <summary>The sender's numbers of the request: the traces of its events, else BHT03. An inquiry may name a service only.</summary>
    private static IEnumerable<Identifier> Numbers(ReviewAnswer request)
    {
        List<Identifier> traces = [.. request.Items.Where(i => !i.IsService).SelectMany(i => i.TraceNumbers).Select(Number)];
        return traces.Count > 0 || request.Purpose == Inquiry ? traces : [new(Partners.Numbers + (request.Envelope.Interchange?.Sender ?? ""), request.Reference)];
    }

    private static Identifier Number(TraceNumber trace) => new(Partners.Numbers + (trace.Company ?? ""), trace.Number);

    private static Claim.ItemComponent Item(ReviewItem item, int sequence)
    {
        Claim.ItemComponent claimed = new()
        {
            Sequence = sequence,
            ProductOrService = item.Procedure is { } procedure ? new(PasCodes.Hcpcs, procedure.Code) : new(),
            Modifier = [.. (item.Procedure?.Modifiers ?? []).Select(m => PasCodes.Concept(PasCodes.Hcpcs, m))],
            Serviced = item.Approved is { } days ? new R4.Period { Start = days.From.Day(), End = days.Through.Day() } : null,
            Quantity = item.Units is { } units ? new() { Value = units, Unit = "unit" } : null,
        };
        if (item.RequestType is { } type)
            claimed.AddExtension(PasCodes.Extension("certificationType"), PasCodes.Concept(PasCodes.Certification, type));
        foreach (var trace in item.TraceNumbers)
            claimed.AddExtension(PasCodes.Extension("itemTraceNumber"), Number(trace));
        if (item.Earlier is { } number)
            claimed.AddExtension(PasCodes.Extension("authorizationNumber"), new FhirString(number.ToLowerInvariant()));
        return claimed;
    }

    // The code names a document, or what a document contains; what it is not has no effect.
    private static DocumentReference Document(Attachment attachment)
    {
        var code = attachment.Control!.ToLowerInvariant().Replace('-', '_');
        return new()
        {
            Status = DocumentReferenceStatus.Current,
            Type = PasCodes.Concept(PasCodes.Documents, code),
            Context = new() { Event = [PasCodes.Concept(PasCodes.Documents, code)] },
        };
    }

    private static ResourceReference To(int entry) => new($"urn:uuid:00000000-0000-4000-8000-{entry:D12}");

    /// <summary>The answer's head: the request's, turned round.</summary>
    private static ReviewAnswer Start(ReviewAnswer request) => request with { IsAnswer = true, Purpose = "11", Refusals = [], Items = [] };

    private static IEnumerable<ReviewItem> Events(ReviewAnswer request) => request.Items.Where(i => !i.IsService).Take(1).Select(Echo);

    /// <summary>An item as an answer repeats it, before anything is decided.</summary>
    private static ReviewItem Echo(ReviewItem item) => item with { Attachments = [], Message = null, Earlier = null, Urgency = null, Refusals = [] };

    private static ReviewAnswer Decided(ReviewAnswer request, List<ReviewItem> requested, ClaimResponse response)
    {
        if (response.Item.Count == 0)
        {
            var code = response.Error.SelectMany(e => e.Code.Coding).Select(c => c.Code).FirstOrDefault() ?? "33";
            return Start(request) with { Refusals = [new(code, "C") { Loop = LoopOf(code) }], Items = [.. request.Items.Select(Echo)] };
        }

        var number = 0;
        return Start(request) with
        {
            Items = [.. request.Items.Select(item => !item.IsService && requested.Exists(a => a.IsService) ? Echo(item)
                : response.Item.Find(i => i.ItemSequence == number + 1) is { } decided ? Decide(Echo(requested[number++]), response, decided) : Echo(item))],
        };
    }

    private static ReviewItem Found(ClaimResponse response, ClaimResponse.ItemComponent decided)
    {
        var traces = decided.GetExtensions(PasCodes.Extension("itemTraceNumber")).Select(e => e.Value).OfType<Identifier>()
            .Select(i => new TraceNumber(i.Value!, i.System?.StartsWith(Partners.Numbers, StringComparison.Ordinal) == true
                && i.System.Length > Partners.Numbers.Length ? i.System[Partners.Numbers.Length..] : null)).ToList();
        ReviewItem item = new(IsService: true, [.. traces.Select(t => t.Number)], null, null, null, null, null, null, null, null, [])
        {
            // A trace without its company cannot be written.
            TraceNumbers = [.. traces.Where(t => t.Company is not null)],
        };
        return Decide(item, response, decided);
    }

    /// <summary>Adds what the payer, or the platform for it, decided.</summary>
    private static ReviewItem Decide(ReviewItem item, ClaimResponse response, ClaimResponse.ItemComponent decided)
    {
        var review = decided.Adjudication.SelectMany(a => a.Extension).FirstOrDefault(e => e.Url == PasCodes.Extension("reviewAction"));
        var approved = decided.GetExtension(PasCodes.Extension("itemPreAuthPeriod"))?.Value as R4.Period;
        var requested = decided.GetExtension(PasCodes.Extension("itemRequestedServiceDate"))?.Value as R4.Period;
        var added = response.AddItem.Find(a => a.ItemSequence.Contains(decided.ItemSequence));
        var number = (review?.Extension.Find(e => e.Url == "number")?.Value as FhirString)?.Value;
        var error = response.Error.Find(e => e.ItemSequence == decided.ItemSequence)?.Code.Coding.FirstOrDefault()?.Code;
        return item with
        {
            DecisionCode = Code(review, PasCodes.Extension("reviewActionCode")),
            Number = number,
            Reason = Code(review, "reasonCode"),
            Approved = Days(approved) ?? Days(requested) ?? item.Approved,
            Units = added?.Quantity?.Value ?? item.Units,
            Administrative = number is null ? (decided.GetExtension(PasCodes.Extension("administrationReferenceNumber"))?.Value as FhirString)?.Value : null,
            Refusals = error is null ? [] : [new(error, "C")],
            Message = Message([.. decided.NoteNumber.Select(n => response.ProcessNote.Find(note => note.Number == n)?.Text ?? "")]),
        };
    }

    /// <summary>The receipt, then what was not met, as much as a message holds.</summary>
    private static string? Message(List<string> notes)
    {
        List<string> chosen = [.. notes.Where(n => n.StartsWith("Receipt:", StringComparison.Ordinal)),
            .. notes.Where(n => n.StartsWith("Missing", StringComparison.Ordinal) || n.Contains(" not met", StringComparison.Ordinal))];
        var message = "";
        foreach (var note in chosen)
        {
            var longer = message.Length == 0 ? note : $"{message}; {note}";
            message = longer.Length <= LongestMessage ? longer : message.Length == 0 ? longer[..LongestMessage] : message;
        }

        return message.Length == 0 ? null : message;
    }

    /// <summary>A request that could not be processed: nothing of it is stored.</summary>
    private static ReviewAnswer Refused(ReviewAnswer request, List<ReviewItem> requested, FhirFault fault)
    {
        var number = -1;
        return Start(request) with
        {
            Refusals = fault.Issues.Any(i => ItemOf(i) is null) ? [new("33", "C") { Loop = "2000A" }] : [],
            Items = [.. request.Items.Select(item =>
            {
                var echo = Echo(item);
                if (!item.IsService && requested.Exists(a => a.IsService))
                    return echo with { Message = Text(fault.Issues.Where(i => ItemOf(i) is null)) };
                number++;
                var own = fault.Issues.Where(i => ItemOf(i) == number).ToList();
                return own.Count == 0 ? echo : echo with { Refusals = [new("33", "C")], Message = Text(own) };
            })],
        };
    }

    private static string? Text(IEnumerable<FhirIssue> issues) => string.Join("; ", issues.Select(i => $"{ElementOf(i.Expression)} {i.Text}".Trim())) is { Length: > 0 } text
        ? text[..Math.Min(text.Length, LongestMessage)] : null;

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
        return int.TryParse(number[..number.IndexOf(']')], System.Globalization.CultureInfo.InvariantCulture, out var item) ? item : null;
    }

    /// <summary>Where X12 element 901 is said: of the payer, of the agency, of the person.</summary>
    private static string LoopOf(string code) => code switch
    {
        "T4" => "2010A",
        "51" => "2010B",
        "33" => "2000A",
        _ => "2010C",
    };

    private static string? Code(Extension? of, string url) => (of?.Extension.Find(e => e.Url == url)?.Value as CodeableConcept)?.Coding.FirstOrDefault()?.Code;

    private static X12Period? Days(R4.Period? period) => period is { Start: { Length: >= 10 } from, End: { Length: >= 10 } through }
        && DateOnly.TryParseExact(from[..10], "yyyy-MM-dd", out var first) && DateOnly.TryParseExact(through[..10], "yyyy-MM-dd", out var last)
            ? new X12Period(first, last) : null;
}
