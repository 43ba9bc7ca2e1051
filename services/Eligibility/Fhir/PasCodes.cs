using R4 = Hl7.Fhir.Model;

namespace Ips.Eligibility.Fhir;

/// <summary>The names of Da Vinci PAS 2.2.1, of the code lists of X12 that it uses, and our own where it has none.</summary>
internal static class PasCodes
{
    /// <summary>The version of PAS that this endpoint speaks. Other versions are not compatible and would get an endpoint of their own (conf-1).</summary>
    public const string Version = "2.2.1";

    /// <summary>What every profile and extension of PAS begins with.</summary>
    public const string Profiles = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/";

    /// <summary>What the address of every code list of X12 begins with.</summary>
    public const string X12Lists = "https://codesystem.x12.org/";

    /// <summary>X12 element 306: the action of a review.</summary>
    public const string Action = "https://codesystem.x12.org/005010/306";

    /// <summary>X12 code source 886: the reason of a review's outcome.</summary>
    public const string Reason = "https://codesystem.x12.org/external/886";

    /// <summary>X12 element 901: why a request could not be processed.</summary>
    public const string Reject = "https://codesystem.x12.org/005010/901";

    /// <summary>X12 element 889: what to do after a rejection; C is correct and send again.</summary>
    public const string FollowUp = "https://codesystem.x12.org/005010/889";

    /// <summary>X12 element 1322: first request, renewal, cancellation.</summary>
    public const string Certification = "https://codesystem.x12.org/005010/1322";

    /// <summary>X12 element 98: what a provider of a Claim does.</summary>
    public const string Entity = "https://codesystem.x12.org/005010/98";

    /// <summary>Gives the service, X12 element 98.</summary>
    public const string ServiceProvider = "SJ";

    /// <summary>X12 element 1338: how urgent.</summary>
    public const string Urgency = "https://codesystem.x12.org/005010/1338";

    /// <summary>X12 element 755: what a document is.</summary>
    public const string ReportType = "https://codesystem.x12.org/005010/755";

    /// <summary>HCPCS.</summary>
    public const string Hcpcs = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";

    /// <summary>Codes that PAS defines itself.</summary>
    public const string Temporary = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes";

    /// <summary>LOINC.</summary>
    public const string Loinc = "http://loinc.org";

    /// <summary>National provider identifiers.</summary>
    public const string Npi = "http://hl7.org/fhir/sid/us-npi";

    /// <summary>Codes of organizations on this platform.</summary>
    public const string Organizations = "urn:ips-platform:organizations";

    /// <summary>A system of a person's identifiers on this platform follows, such as <c>medicaid-nc</c>.</summary>
    public const string Identifiers = "urn:ips-platform:identifiers:";

    /// <summary>Authorizations of this platform; the value is the id.</summary>
    public const string Authorizations = "urn:ips-platform:authorizations";

    /// <summary>
    /// Documents that an authorization waits for; the value is the authorization's id, a colon and the document's code in the packs (X12: attachment control
    /// number).
    /// </summary>
    public const string Attachments = "urn:ips-platform:attachments";

    /// <summary>Questions about documents that came; the value is the authorization's id (the DTR context, in X12 a trace number of the reviewer).</summary>
    public const string Questionnaires = "urn:ips-platform:questionnaires";

    /// <summary>LOINC of a request to answer a questionnaire.</summary>
    public const string ByQuestionnaire = "102089-0";

    /// <summary>Programs, such as <c>nc-core</c>.</summary>
    public const string Programs = "urn:ips-platform:programs";

    /// <summary>Documents of a request, and what they contain, by their codes in the packs, such as <c>career_profile</c>.</summary>
    public const string Documents = "urn:ips-platform:documents";

    /// <summary>
    /// The documents that X12 element 755 and LOINC have a code for: the same for what is sent and for what is requested. Any other document of the packs is support
    /// data (77) and is named by its code there.
    /// </summary>
    public static IReadOnlyList<(string Document, string Report, string Loinc)> Coded { get; } =
        [("assessment", "06", "51848-0"), ("integrated_pcp", "08", "18776-5"), ("updated_integrated_pcp", "08", "18776-5")];

    /// <summary>Support data, X12 element 755.</summary>
    public const string Support = "77";

    /// <summary>What is requested, by LOINC where it has a code for it, else by its X12 report type; beside it always the document's code in the packs.</summary>
    public static R4.CodeableConcept Requested(string document)
    {
        var (_, report, loinc) = Coded.FirstOrDefault(c => c.Document == document);
        var requested = loinc is null ? Concept(ReportType, report ?? Support) : Concept(Loinc, loinc);
        requested.Coding.Add(new(Documents, document));
        return requested;
    }

    /// <summary>The codes of the documents that a concept may mean.</summary>
    public static IEnumerable<string> DocumentsOf(R4.CodeableConcept? concept) => (concept?.Coding ?? []).SelectMany(coding => coding.System switch
    {
        Documents => [coding.Code],
        Loinc => Coded.Where(c => c.Loinc == coding.Code).Select(c => c.Document),
        ReportType => Coded.Where(c => c.Report == coding.Code).Select(c => c.Document),
        _ => Enumerable.Empty<string?>(),
    }).OfType<string>();

    /// <summary>The address of an extension of PAS.</summary>
    public static string Extension(string name) => Profiles + "extension-" + name;

    /// <summary>A code in a list.</summary>
    public static R4.CodeableConcept Concept(string system, string code) => new(system, code);

    /// <summary>The code that a concept has in a list; null when it has none.</summary>
    public static string? In(this R4.CodeableConcept? concept, string system) => concept?.Coding.Find(c => c.System == system)?.Code;
}
