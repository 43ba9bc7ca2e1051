using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir;
using Ips.X12;
using Attachment = Ips.X12.Attachment;
using Coverage = Hl7.Fhir.Model.Coverage;

namespace Ips.Eligibility.X12Requests;

/// <summary>A 278 as the Bundle that the FHIR endpoint takes.</summary>
internal static class ReviewClaim
{
    /// <summary>BHT02 of an inquiry.</summary>
    public const string Inquiry = "28";

    /// <summary>What is to be reviewed: the services, or events that name one themselves.</summary>
    public static List<ReviewItem> Requested(ReviewAnswer request)
    {
        List<ReviewItem> services = [];
        ReviewItem? above = null;
        foreach (var item in request.Items)
        {
            if (!item.IsService)
            {
                above = item;
                continue;
            }

            // A service takes from its event what it does not say itself.
            services.Add(item with
            {
                RequestType = item.RequestType ?? above?.RequestType,
                Urgency = item.Urgency ?? above?.Urgency,
                Earlier = item.Earlier ?? above?.Earlier,
                Approved = item.Approved ?? above?.Approved,
                ServiceProvider = item.ServiceProvider ?? above?.ServiceProvider,
            });
        }

        return services.Count > 0 ? services : [.. request.Items];
    }

    /// <summary>The Bundle: the Claim, whom it names, and its documents.</summary>
    public static Bundle Of(ReviewAnswer request, List<ReviewItem> requested)
    {
        Resource[] named =
        [
            Partners.Organization(request.Requester), Partners.Organization(request.Reviewer), Partners.Patient(request.Subscriber, request.BirthDate),
            new Coverage { Status = FinancialResourceStatusCodes.Active, SubscriberId = request.Subscriber?.Id },
        ];
        Resource[] staff = [.. requested.Select(i => i.ServiceProvider).OfType<Party>().Where(Partners.IsPractitioner).Distinct().Select(Partners.Practitioner)];
        Resource[] documents = [.. request.Items.SelectMany(i => i.Attachments).Where(a => a.Control is not null).Select(Document)];
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
            CareTeam = [.. staff.Select((_, i) => new Claim.CareTeamComponent
            {
                Sequence = i + 1,
                Provider = To(named.Length + 1 + i),
                Role = PasCodes.Concept(PasCodes.Entity, PasCodes.ServiceProvider),
            })],
            Item = [.. requested.Select((item, i) => Item(item, i + 1))],
            SupportingInfo = [.. SupportingInfo(request, Enumerable.Range(named.Length + staff.Length + 1, documents.Length))],
        };
        foreach (var (i, info) in claim.SupportingInfo.Index())
            info.Sequence = i + 1;
        if (requested.Find(i => i.Urgency is not null) is { } urgent)
            claim.AddExtension(PasCodes.Extension("levelOfServiceCode"), PasCodes.Concept(PasCodes.Urgency, urgent.Urgency!));
        Resource[] all = [claim, .. named, .. staff, .. documents];
        return new()
        {
            Identifier = Partners.Number(new(request.Reference, request.Envelope.Interchange?.Sender)),
            Type = Bundle.BundleType.Collection,
            Entry = [.. all.Select((resource, i) => new Bundle.EntryComponent { FullUrl = To(i).Reference, Resource = resource })],
        };
    }

    private static IEnumerable<Claim.SupportingInformationComponent> SupportingInfo(ReviewAnswer request, IEnumerable<int> documents)
    {
        CodeableConcept additional = new(PasCodes.Temporary, "additionalInformation");
        foreach (var report in request.Items.SelectMany(i => i.Attachments).Where(a => a.Control is null))
        {
            Extension type = new("reportTypeCode", PasCodes.Concept(PasCodes.ReportType, report.Report));
            yield return new() { Category = additional, Extension = [new() { Url = PasCodes.Extension("documentInformation"), Extension = [type] }] };
        }

        if (request.Items.FirstOrDefault(i => i is { IsService: false, Approved: not null })?.Approved is { } days)
            yield return new() { Category = new(PasCodes.Temporary, "patientEvent"), Timing = PasElements.Span(days.From, days.Through) };
        foreach (var document in documents)
            yield return new() { Category = additional, Value = To(document) };
    }

    /// <summary>The sender's numbers of the request: the traces of its events, else BHT03. An inquiry may name a service only.</summary>
    private static IEnumerable<Identifier> Numbers(ReviewAnswer request)
    {
        List<TraceNumber> traces = [.. request.Items.Where(i => !i.IsService).SelectMany(i => i.Traces)];
        if (traces.Count == 0 && request.Purpose != Inquiry)
            traces.Add(new(request.Reference, request.Envelope.Interchange?.Sender));
        return traces.Select(Partners.Number);
    }

    private static Claim.ItemComponent Item(ReviewItem item, int sequence)
    {
        Claim.ItemComponent claimed = new()
        {
            Sequence = sequence,
            ProductOrService = item.Procedure is { } procedure ? new(PasCodes.Hcpcs, procedure.Code) : new(),
            Modifier = [.. (item.Procedure?.Modifiers ?? []).Select(m => PasCodes.Concept(PasCodes.Hcpcs, m))],
            Serviced = item.Approved is { } days ? PasElements.Span(days.From, days.Through) : null,
            Quantity = item.Units is { } units ? new() { Value = units, Unit = "unit" } : null,
        };
        if (item.RequestType is { } type)
            claimed.AddExtension(PasCodes.Extension("certificationType"), PasCodes.Concept(PasCodes.Certification, type));
        foreach (var trace in item.Traces)
            claimed.AddExtension(PasCodes.Extension("itemTraceNumber"), Partners.Number(trace));
        if (item.Earlier is { } number)
            claimed.AddExtension(PasCodes.Extension("authorizationNumber"), new FhirString(number.ToLowerInvariant()));
        return claimed;
    }

    // The code names a document, or what a document contains; what it is not has no effect.
    private static DocumentReference Document(Attachment attachment)
    {
        var code = PasCodes.Concept(PasCodes.Documents, attachment.Control!.ToLowerInvariant().Replace('-', '_'));
        return new() { Status = DocumentReferenceStatus.Current, Type = code, Context = new() { Event = [code] } };
    }

    private static ResourceReference To(int entry) => new($"urn:uuid:00000000-0000-4000-8000-{entry:D12}");
}
