using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;

namespace Ips.Eligibility.Fhir;

/// <summary>The answer to an item of a Claim.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Content">What was sent and what came of it; null when it was rejected.</param>
/// <param name="Rejected">Why it could not be processed; null otherwise.</param>
internal sealed record PasItemAnswer(int Sequence, FhirContent? Content, PasRejection? Rejected)
{
    /// <summary>The sender's own numbers of an item that was rejected.</summary>
    public IReadOnlyList<Identifier> Traces { get; init; } = [];
}

/// <summary>
/// Writes the Bundle of an answer: the ClaimResponse, and with the addresses of the request the person and the organizations that it names (spec-33).
/// </summary>
/// <param name="frame">What is repeated of the Claim.</param>
/// <param name="profiles">The profiles of the Bundle and the ClaimResponse.</param>
/// <param name="address">The address of the FHIR endpoint, for documents that are requested; null where the answer goes another way.</param>
internal sealed class PasReply(PasFrame frame, (string Bundle, string Response) profiles, string? address = null)
{
    /// <summary>The profiles of an answer to a submission.</summary>
    public static readonly (string Bundle, string Response) OfSubmission = ("profile-pas-response-bundle", "profile-claimresponse");

    /// <summary>The profiles of an answer to an inquiry.</summary>
    public static readonly (string Bundle, string Response) OfInquiry = ("profile-pas-inquiry-response-bundle", "profile-claiminquiryresponse");

    /// <summary>The answer for the items.</summary>
    /// <param name="at">When it was first answered.</param>
    /// <param name="answers">An answer for each item.</param>
    /// <param name="id">The id of the answer: the same when it is given again.</param>
    public Bundle Of(DateTimeOffset at, IEnumerable<PasItemAnswer> answers, Guid id)
    {
        List<PasItemAnswer> all = [.. answers.OrderBy(a => a.Sequence)];
        var response = Response(at, all.Exists(a => a.Content is null) ? all.TrueForAll(a => a.Content is null) ? ClaimProcessingCodes.Error
            : ClaimProcessingCodes.Partial : ClaimProcessingCodes.Complete);
        foreach (var answer in all)
            Add(response, answer);
        var bundle = Wrap(at, response, id);
        if (profiles == OfSubmission)
            all.ForEach(answer => Request(bundle, answer));
        return bundle;
    }

    /// <summary>The answer to a Claim of which something is not known here.</summary>
    public Bundle Rejected(DateTimeOffset at, PasRejection rejected)
    {
        var response = Response(at, ClaimProcessingCodes.Error);
        response.Error.Add(Error(response, rejected));
        return Wrap(at, response, Guid.CreateVersion7(at));
    }

    /// <summary>The answer to an inquiry: what is on file under the Claim that was submitted, or an authorization that came by another door.</summary>
    public Bundle Found(DateTimeOffset at, IReadOnlyList<PartnerNumber> claims, IEnumerable<PasItemAnswer> answers, Guid id)
    {
        var bundle = Of(at, answers, id);
        var response = (ClaimResponse)bundle.Entry[0].Resource!;
        response.Identifier = [.. claims.Select(c => new Identifier(c.System, c.Value))];
        // The Claim itself is not stored; its number is. What came by another door has none (spec-44).
        response.Request = claims is [var number, ..] ? new() { Type = "Claim", Identifier = new(number.System, number.Value) } : new()
        {
            Type = "Claim",
            Extension = [new("http://hl7.org/fhir/StructureDefinition/data-absent-reason", new Code("not-applicable"))],
        };
        return bundle;
    }

    private ClaimResponse Response(DateTimeOffset at, ClaimProcessingCodes outcome) => new()
    {
        Meta = new() { Profile = [PasCodes.Profiles + profiles.Response] },
        Identifier = [.. frame.Claim.Identifier.Select(i => new Identifier(i.System, i.Value))],
        Status = FinancialResourceStatusCodes.Active,
        Type = frame.Claim.Type!,
        Use = ClaimUseCode.Preauthorization,
        Patient = frame.Claim.Patient,
        Created = Instant(at),
        Insurer = frame.Claim.Insurer!,
        Requestor = frame.Claim.Provider,
        Request = profiles == OfSubmission ? new(frame.ClaimAddress) : null,
        Outcome = outcome,
    };

    private Bundle Wrap(DateTimeOffset at, ClaimResponse response, Guid id)
    {
        response.Id = id.ToString();
        Bundle bundle = new()
        {
            Id = id.ToString(),
            Meta = new() { Profile = [PasCodes.Profiles + profiles.Bundle] },
            Identifier = frame.Identifier,
            Type = Bundle.BundleType.Collection,
            Timestamp = Shown(at),
            Entry = [new() { FullUrl = $"urn:uuid:{id}", Resource = response }],
        };
        bundle.Entry.AddRange(frame.Echoed);
        return bundle;
    }

    // What the payer waits for: a request for each document (PAS CommunicationRequest), and how it is sent (PAS Task). An inquiry shows none: its profile has no
    // place for them.
    private void Request(Bundle bundle, PasItemAnswer answer)
    {
        var missing = answer.Content?.Answer.Missing ?? [];
        List<string> documents = [.. missing.Where(m => !m.HasCome).Select(m => m.Document).Distinct()];
        foreach (var document in documents)
        {
            var (_, report, loinc) = PasCodes.Coded.FirstOrDefault(c => c.Document == document);
            Communicate(bundle, answer, document, new(PasCodes.Attachments, $"{answer.Content!.Answer.Authorization}:{document}"), report ?? PasCodes.Support, loinc);
        }

        // One Task for what has a LOINC, one for what has an X12 report type only, and one for what a questionnaire asks (ainfo-7).
        foreach (var requested in documents.Select(PasCodes.Requested).GroupBy(r => r.Coding[0].System, StringComparer.Ordinal))
            Add(bundle, answer, requested.Key!, "attachment-request-code", requested.Select(what => Input(answer, "attachments-needed", what)));
        if (!missing.Any(m => m.HasCome))
            return;
        // The context of the questionnaire is its number in the CommunicationRequest, the Task and a 278 (ainfo-3, ainfo-6).
        var context = answer.Content!.Answer.Authorization.ToString();
        Communicate(bundle, answer, PasCodes.ByQuestionnaire, new(PasCodes.Questionnaires, context), PasCodes.Support, PasCodes.ByQuestionnaire);
        Add(bundle, answer, PasCodes.Questionnaires, "attachment-request-questionnaire",
        [
            Input(answer, "attachments-needed", PasCodes.Concept(PasCodes.Loinc, PasCodes.ByQuestionnaire)), Input(answer, "questionnaire-context", new FhirString(context)),
        ]);
    }

    private static void Communicate(Bundle bundle, PasItemAnswer answer, string what, Identifier number, string report, string? loinc)
    {
        var response = (ClaimResponse)bundle.Entry[0].Resource!;
        var id = IdOf(response, answer, what);
        bundle.Entry.Add(Entry(new CommunicationRequest
        {
            Id = id.ToString(),
            Meta = new() { Profile = [PasCodes.Profiles + "profile-communicationrequest"] },
            Extension = [Extension("serviceLineNumber", new PositiveInt(answer.Sequence))],
            Identifier = [number],
            Status = RequestStatus.Active,
            Category = [PasCodes.Concept(PasCodes.ReportType, report)],
            Subject = response.Patient,
            Payload = loinc is null ? [] : [new() { Content = new FhirString(loinc) }],
            Requester = response.Insurer,
            Recipient = [response.Requestor!],
        }));
        response.CommunicationRequest.Add(new($"urn:uuid:{id}"));
    }

    // The agency's system reads what to send where: it sends each document with the number of the Task.
    private void Add(Bundle bundle, PasItemAnswer answer, string what, string code, IEnumerable<Hl7.Fhir.Model.Task.ParameterComponent> inputs)
    {
        if (address is null)
            return;
        var response = (ClaimResponse)bundle.Entry[0].Resource!;
        bundle.Entry.Add(Entry(new Hl7.Fhir.Model.Task
        {
            Id = IdOf(response, answer, what).ToString(),
            Meta = new() { Profile = [PasCodes.Profiles + "profile-task"] },
            Identifier = [new(PasCodes.Authorizations, answer.Content!.Answer.Authorization.ToString())],
            Status = Hl7.Fhir.Model.Task.TaskStatus.Requested,
            Intent = Hl7.Fhir.Model.Task.TaskIntent.Order,
            Code = PasCodes.Concept(PasCodes.Temporary, code),
            For = response.Patient,
            Requester = new() { Identifier = frame.RequestorNumber },
            Owner = new() { Identifier = frame.RequestorNumber },
            ReasonCode = PasCodes.Concept(PasCodes.Temporary, "priorAuthorization"),
            ReasonReference = new() { Type = "Claim", Identifier = response.Identifier[0] },
            Input = [new() { Type = PasCodes.Concept(PasCodes.Temporary, "payer-url"), Value = new FhirUrl($"{address}/$submit-attachment") }, .. inputs],
        }));
    }

    private static Hl7.Fhir.Model.Task.ParameterComponent Input(PasItemAnswer answer, string type, DataType value) => new()
    {
        Extension = [Extension("serviceLineNumber", new PositiveInt(answer.Sequence))],
        Type = PasCodes.Concept(PasCodes.Temporary, type),
        Value = value,
    };

    // The same when the answer is given again.
    private static Guid IdOf(ClaimResponse response, PasItemAnswer answer, string what) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{response.Id} {answer.Sequence} {what}")).AsSpan(0, 16), bigEndian: true);

    private static Bundle.EntryComponent Entry(Resource resource) => new() { FullUrl = $"urn:uuid:{resource.Id}", Resource = resource };

    private void Add(ClaimResponse response, PasItemAnswer answer)
    {
        ClaimResponse.ItemComponent item = new() { ItemSequence = answer.Sequence };
        response.Item.Add(item);
        if (answer.Rejected is { } rejected)
        {
            item.Extension.AddRange(answer.Traces.Select(Trace));
            item.Adjudication.Add(Review("A3", "25", null));
            response.Error.Add(Error(response, rejected));
            response.Error[^1].ItemSequence = answer.Sequence;
            return;
        }

        var (content, pas) = (answer.Content!, answer.Content!.Answer);
        item.Extension.AddRange(content.Traces.Select(t => Trace(new(t.System, t.Value))));
        item.Extension.Add(Extension("itemRequestedServiceDate", PasElements.Span(pas.RequestedFrom, pas.RequestedThrough)));
        item.Extension.Add(Extension("administrationReferenceNumber", new FhirString(pas.Authorization.ToString())));
        var number = pas.ApprovedFrom is null ? null : pas.Authorization.ToString();
        if (pas.ApprovedFrom is { } from && pas.ApprovedThrough is { } through && through >= from)
        {
            item.Extension.Add(Extension("itemPreAuthPeriod", PasElements.Span(from, through)));
            if (pas.DecidedOn is { } decided)
                item.Extension.Add(Extension("itemPreAuthIssueDate", new Date(decided.Day())));
            if (pas.Action == "A6")
                response.AddItem.Add(Authorized(answer.Sequence, content, from, through, number!));
        }

        item.Adjudication.Add(Review(pas.Action, pas.Reason, number));
        item.NoteNumber = [.. pas.Notes.Select(text => (int?)Note(response, text))];
    }

    // What was requested is in the item, what was authorized is beside it (spec-36, spec-37).
    private static ClaimResponse.AddedItemComponent Authorized(int sequence, FhirContent content, DateOnly from, DateOnly through, string number) => new()
    {
        ItemSequence = [sequence],
        ProductOrService = new(content.CodeSystem, content.Code),
        Modifier = [.. content.Modifiers.Select(m => new CodeableConcept(PasCodes.Hcpcs, m))],
        Serviced = PasElements.Span(from, through),
        Quantity = new() { Value = content.Answer.ApprovedUnits, Unit = "unit" },
        Adjudication = [Review("A1", "", number)],
    };

    private static ClaimResponse.AdjudicationComponent Review(string action, string reason, string? number)
    {
        Extension review = new() { Url = PasCodes.Extension("reviewAction") };
        if (number is not null)
            review.Extension.Add(new("number", new FhirString(number)));
        review.Extension.Add(Extension("reviewActionCode", PasCodes.Concept(PasCodes.Action, action)));
        if (reason.Length > 0)
            review.Extension.Add(new("reasonCode", PasCodes.Concept(PasCodes.Reason, reason)));
        return new() { Category = new("http://terminology.hl7.org/CodeSystem/adjudication", "submitted"), Extension = [review] };
    }

    private static ClaimResponse.ErrorComponent Error(ClaimResponse response, PasRejection rejected)
    {
        Note(response, $"{rejected.Path}: {rejected.Text}");
        return new()
        {
            Code = PasCodes.Concept(PasCodes.Reject, rejected.Code),
            Extension =
            [
                Extension("errorFollowupAction", PasCodes.Concept(PasCodes.FollowUp, "C")),
                Extension("errorPath", new FhirString(rejected.Path)),
            ],
        };
    }

    private static int Note(ClaimResponse response, string text)
    {
        if (response.ProcessNote.Find(n => n.Text == text) is { Number: { } known })
            return known;
        response.ProcessNote.Add(new() { Number = response.ProcessNote.Count + 1, Type = NoteType.Display, Text = text });
        return response.ProcessNote.Count;
    }

    private static Extension Trace(Identifier number) => Extension("itemTraceNumber", new Identifier(number.System, number.Value));

    private static Extension Extension(string name, DataType value) => new(PasCodes.Extension(name), value);

    /// <summary>An instant as answers show it: UTC, to the millisecond.</summary>
    public static DateTimeOffset Shown(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
