using Hl7.Fhir.Model;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;
using Common = Ips.Contracts.Common.V1;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir;

/// <summary>What an item of a Claim is sent for (X12 element 1322, and the marks of an update).</summary>
internal enum PasIntent
{
    /// <summary>A first request.</summary>
    Request,

    /// <summary>A renewal or extension of an authorization.</summary>
    Renew,

    /// <summary>Another content for a request that was sent before.</summary>
    Change,

    /// <summary>Taken back.</summary>
    Cancel,

    /// <summary>Repeated in an update without a change: an update names every item (prof-5).</summary>
    Keep,
}

/// <summary>An item of a Claim as it was sent.</summary>
/// <param name="Path">The element, such as <c>Bundle.entry[0].resource.item[0]</c>.</param>
/// <param name="Sequence">Its number in the Claim, the same in every update (spec-34).</param>
/// <param name="Intent">What it is sent for.</param>
/// <param name="Traces">The sender's own numbers of the item.</param>
/// <param name="Product">The service as it was sent.</param>
/// <param name="Modifiers">Its modifiers as they were sent.</param>
/// <param name="Program">The program, where the item names it; null where it follows from the service.</param>
/// <param name="From">First day; null when it is missing.</param>
/// <param name="Through">Last day, included; null when it is missing.</param>
/// <param name="Units">Units; null when they are missing or no whole number.</param>
/// <param name="Authorization">The authorization's number at this platform, where the item names it.</param>
internal sealed record PasItem(
    string Path, int Sequence, PasIntent Intent, IReadOnlyList<Identifier> Traces, CodeableConcept Product, IReadOnlyList<CodeableConcept> Modifiers,
    string? Program, DateOnly? From, DateOnly? Through, int? Units, string? Authorization)
{
    /// <summary>The procedure code; empty when it is missing.</summary>
    public string Code => Product.Coding.FirstOrDefault()?.Code ?? "";

    /// <summary>The codes of the modifiers.</summary>
    public IReadOnlyList<string> ModifierCodes => [.. Modifiers.SelectMany(m => m.Coding).Select(c => c.Code ?? "")];

    /// <summary>The item as its row holds it.</summary>
    public FhirContent With(PartnerNumber bundle, IReadOnlyList<PartnerNumber> claims, PasAnswer answer) => new(bundle, claims, [.. Traces.Select(PartnerNumber.Of)],
        Code, Product.Coding.FirstOrDefault()?.System ?? "", ModifierCodes, answer);
}

/// <summary>The documents of a Claim. One that came with its bytes is stored; a code without bytes names a document that is stored already.</summary>
internal sealed class PasDocuments
{
    /// <summary>Codes of documents that came without their bytes, as the packs name them.</summary>
    public HashSet<string> Codes { get; } = [];

    /// <summary>Codes of what documents contain.</summary>
    public HashSet<string> Contents { get; } = [];

    /// <summary>Those that came with their bytes.</summary>
    public List<SentDocument> Files { get; } = [];

    /// <summary>Whether an update changed any of them.</summary>
    public bool Changed { get; set; }

    /// <summary>Conditions of continued service that the Claim names.</summary>
    public IEnumerable<Proto.ContinuedServiceCondition> ContinuedService => Contents
        .Select(code => WireCode.TryRead<Proto.ContinuedServiceCondition>(code, out var condition) ? condition : default).Where(c => c != default).Order();

    /// <summary>Takes what the answers of a questionnaire name.</summary>
    public void Take(IEnumerable<QuestionnaireResponse.ItemComponent> items)
    {
        foreach (var item in items)
        {
            foreach (var code in item.Codes())
                (WireCode.TryRead<Common.DocumentKind>(code, out _) ? Codes : Contents).Add(code);
            Take(item.Beneath());
        }
    }
}

/// <summary>The Claim of a request or an inquiry, read from a Bundle that was checked.</summary>
internal sealed class PasClaim
{
    // The elements that change the meaning of what they stand in, and that this service knows.
    private static readonly string Cancelled = PasCodes.Profiles + "modifierextension-infoCancelled";
    private readonly List<FhirIssue> issues = [];
    private readonly PasBundle all;

    private PasClaim(Claim claim, PasBundle all) => (Claim, this.all) = (claim, all);

    public Claim Claim { get; }

    /// <summary>The faults of the Claim and of what it names.</summary>
    public IReadOnlyList<FhirIssue> Issues => issues;

    public IReadOnlyList<PasItem> Items { get; private set; } = [];

    public PasDocuments Documents { get; } = new();

    /// <summary>The Claim that this one updates; null for a first one.</summary>
    public Claim? Prior { get; private set; }

    public Patient? Patient { get; private set; }

    public Organization? Insurer { get; private set; }

    public Organization? Requestor { get; private set; }

    public Coverage? Coverage { get; private set; }

    /// <summary>Who sends the request and who gives the service, as far as the Claim names them by national provider identifier.</summary>
    public List<PasPractitioner> Practitioners { get; } = [];

    /// <summary>First day of the patient event; null when it is not sent.</summary>
    public DateOnly? Event { get; private set; }

    /// <summary>Whether it is to be decided within hours.</summary>
    public bool Expedited { get; private set; }

    /// <summary>Reads the Claim. That of an inquiry is an example of what is sought, so its number and its items may be absent.</summary>
    public static PasClaim Read(Bundle bundle, PasBundle all, bool inquires)
    {
        PasClaim read = new((Claim)bundle.Entry[0].Resource!, all);
        read.Header(inquires);
        read.Staff();
        read.SupportingInfo();
        read.Items = [.. read.Claim.Item.Select((item, i) => read.Item(item, $"Bundle.entry[0].resource.item[{i}]"))];
        foreach (var repeated in read.Items.GroupBy(i => i.Sequence).SelectMany(g => g.Skip(1)))
            read.Add(IssueType.Duplicate, repeated.Path + ".sequence", "is that of an earlier item; number the items");
        return read;
    }

    private void Header(bool inquires)
    {
        const string At = "Bundle.entry[0].resource";
        if (Claim.Use != ClaimUseCode.Preauthorization)
            Add(IssueType.Value, At + ".use", "is not preauthorization");
        if (Claim.Status is not (FinancialResourceStatusCodes.Active or FinancialResourceStatusCodes.Cancelled))
            Add(IssueType.Value, At + ".status", "is not active; send active, or cancelled to take back everything");
        if ((Claim.Identifier.Count == 0 && !inquires) || Claim.Identifier.Exists(i => i is not { System.Length: > 0, Value.Length: > 0 }))
            Add(IssueType.Required, At + ".identifier", "is missing, or has no system or no value; send the number under which you will inquire");
        if (Claim.Item.Count > 20 || (Claim.Item.Count == 0 && !inquires))
            Add(IssueType.Required, At + ".item", $"has {Claim.Item.Count} items; send 1 to 20");
        if (Claim.ModifierExtension.Count > 0)
            Add(IssueType.NotSupported, At + ".modifierExtension[0]", "changes the meaning of the Claim in a way that this service does not know");
        Prior = Claim.Related.Select(r => all.Find<Claim>(r.Claim)).FirstOrDefault(c => c is not null);
        Patient = Named<Patient>(Claim.Patient, At + ".patient");
        Insurer = Named<Organization>(Claim.Insurer, At + ".insurer");
        Requestor = all.Find<PractitionerRole>(Claim.Provider) is { } role
            ? Named<Organization>(role.Organization, all.PathOf(role) + ".organization") : Named<Organization>(Claim.Provider, At + ".provider");
        Coverage = Named<Coverage>((Claim.Insurance.Find(i => i.Focal == true) ?? Claim.Insurance.FirstOrDefault())?.Coverage, At + ".insurance[0].coverage");
        Expedited = Claim.Priority?.Coding.Exists(c => c.Code == "stat") == true
            || Concept(Claim, "levelOfServiceCode").In(PasCodes.Urgency) is "U" or "03";
    }

    private TResource? Named<TResource>(ResourceReference? reference, string path) where TResource : Resource
    {
        if (all.Find<TResource>(reference) is { } found)
            return found;
        if (reference?.Reference is null || all.Find<Resource>(reference) is not null)
            Add(IssueType.Required, path, $"is missing or leads to no {typeof(TResource).Name}");
        return null;
    }

    // Who gives the service and who sends the request work for the agency; those who refer, order or attend need not.
    private void Staff()
    {
        Add(Claim.Provider, serves: false);
        foreach (var member in Claim.CareTeam.Where(m => m.Role.In(PasCodes.Entity) == PasCodes.ServiceProvider))
            Add(member.Provider, serves: true);

        void Add(ResourceReference? reference, bool serves)
        {
            var practitioner = all.Find<PractitionerRole>(reference) is { } role ? all.Find<Practitioner>(role.Practitioner) : all.Find<Practitioner>(reference);
            var number = practitioner?.Identifier.FindIndex(i => i is { System: PasCodes.Npi, Value.Length: > 0 }) ?? -1;
            if (number >= 0)
                Practitioners.Add(new($"{all.PathOf(practitioner!)}.identifier[{number}]", practitioner!.Identifier[number].Value!, serves));
        }
    }

    private void SupportingInfo()
    {
        HashSet<int> sequences = [];
        foreach (var (i, info) in Claim.SupportingInfo.Index())
        {
            var path = $"Bundle.entry[0].resource.supportingInfo[{i}]";
            if (info.Sequence is not { } number || !sequences.Add(number))
                Add(IssueType.Duplicate, path + ".sequence", "is missing or that of an earlier entry; number the entries");
            if (info.ModifierExtension.Exists(e => e.Url != Cancelled))
                Add(IssueType.NotSupported, path + ".modifierExtension", "changes the meaning of the entry in a way that this service does not know");
            Documents.Changed |= info.GetExtension(PasCodes.Extension("infoChanged")) is not null;
            if (IsCancelled(info.ModifierExtension))
                continue;
            if (info.Category.In(PasCodes.Temporary) == "patientEvent")
                Event = FirstDay(info.Timing, path + ".timing");
            if ((info.GetExtension(PasCodes.Extension("documentInformation")).Part("reportTypeCode") as CodeableConcept).In(PasCodes.ReportType) is { } report)
                Documents.Codes.UnionWith(PasCodes.Coded.Where(c => c.Report == report).Select(c => c.Document));
            if (info.Value is not ResourceReference reference)
                continue;
            if (all.Find<DocumentReference>(reference) is { } document)
                Take(document);
            else if (all.Find<QuestionnaireResponse>(reference) is { } answers)
                Documents.Take(answers.Item);
        }
    }

    // What X12 and LOINC have no code for is named by the code of the packs.
    private void Take(DocumentReference document)
    {
        if (SentDocument.Read(document, null, all.PathOf(document), null) is { } file)
            Documents.Files.Add(file);
        else
            Documents.Codes.UnionWith(PasCodes.DocumentsOf(document.Type));
    }

    private PasItem Item(Claim.ItemComponent item, string path)
    {
        if (item.Sequence is null)
            Add(IssueType.Required, path + ".sequence", "is missing");
        if (item.ModifierExtension.Exists(e => e.Url != Cancelled))
            Add(IssueType.NotSupported, path + ".modifierExtension", "changes the meaning of the item in a way that this service does not know");
        if (item.Quantity?.Code is not null && item.Quantity.System?.StartsWith(PasCodes.X12Lists, StringComparison.Ordinal) != true)
            Add(IssueType.Value, path + ".quantity.system", "is no list of X12; send the unit as text, or by its code in X12 element 355");
        var (from, through) = item.Serviced is Period period
            ? (Day(period.StartElement, path + ".serviced.start"), Day(period.EndElement, path + ".serviced.end"))
            : (FirstDay(item.Serviced, path + ".serviced"), FirstDay(item.Serviced, path + ".serviced"));
        var certification = Concept(item, "certificationType").In(PasCodes.Certification);
        var authorization = item.TextOf("authorizationNumber");
        return new(path, item.Sequence ?? 0, Intent(item, certification, authorization, path),
            [.. item.Traces()],
            item.ProductOrService ?? new(), item.Modifier, item.ProgramCode.Select(p => p.In(PasCodes.Programs)).FirstOrDefault(p => p is not null),
            from, through, item.Quantity?.Value is { } units && units == decimal.Truncate(units) && units is >= int.MinValue and <= int.MaxValue ? (int)units : null,
            authorization);
    }

    private PasIntent Intent(Claim.ItemComponent item, string? certification, string? authorization, string path)
    {
        if (Claim.Status == FinancialResourceStatusCodes.Cancelled || IsCancelled(item.ModifierExtension) || certification == "3")
            return PasIntent.Cancel;
        if (certification is "R" or "4")
            return PasIntent.Renew;
        if (certification is not (null or "I" or "S"))
        {
            Add(IssueType.NotSupported, $"{path}.extension('{PasCodes.Extension("certificationType")}').value",
                "is a type that this service does not take; send I, S, R, 4 or 3, and an appeal by the contract's own call");
        }

        // A revision that names its authorization needs no Claim that it updates: the request may have come by another door.
        if (Prior is null)
            return certification == "S" && authorization is not null ? PasIntent.Change : PasIntent.Request;
        var changed = (item.ValueOf("infoChanged") as Code)?.Value;
        return changed switch
        {
            "added" => PasIntent.Request,
            not null => PasIntent.Change,
            _ => Documents.Changed || certification == "S" ? PasIntent.Change : PasIntent.Keep,
        };
    }

    private static bool IsCancelled(List<Extension> modifiers) => modifiers.Exists(e => e.Url == Cancelled && e.Value is FhirBoolean { Value: true });

    private static CodeableConcept? Concept(IExtendable element, string name) => element.ValueOf(name) as CodeableConcept;

    private DateOnly? FirstDay(DataType? timing, string path) => timing switch
    {
        Date day => Parse(day.Value, path),
        FhirDateTime day => Parse(day.Value, path),
        Period period => Day(period.StartElement, path + ".start"),
        _ => null,
    };

    private DateOnly? Day(FhirDateTime? day, string path) => Parse(day?.Value, path);

    private DateOnly? Parse(string? day, string path)
    {
        if (day is null)
            return null;
        if (PasElements.Day(day) is { } read)
            return read;
        Add(IssueType.Value, path, "is no whole day YYYY-MM-DD");
        return null;
    }

    private void Add(IssueType type, string path, string text) => issues.Add(new(type, path, text));
}
