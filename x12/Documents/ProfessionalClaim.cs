namespace Ips.X12;

/// <summary>An 837P: claims of professional services, to write or as read. Amounts are dollars.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Batch">What the file says about itself.</param>
/// <param name="Claims">The claims.</param>
public sealed record ProfessionalClaims(Envelope Envelope, ClaimBatch Batch, IReadOnlyList<ProfessionalClaim> Claims) : X12Document(Envelope);

/// <summary>The head of an 837P.</summary>
/// <param name="Reference">BHT03: our number of the batch; comes back in the 277CA.</param>
/// <param name="Created">BHT04 and BHT05, to the minute.</param>
/// <param name="IsEncounter">BHT06 RP: reports encounters instead of charging.</param>
/// <param name="SubmitterName">NM1*41.</param>
/// <param name="SubmitterId">The submitter's id at the receiver.</param>
/// <param name="ContactName">PER02.</param>
/// <param name="ContactPhone">PER04, ten digits.</param>
/// <param name="ReceiverName">NM1*40.</param>
/// <param name="ReceiverId">The receiver's id.</param>
public sealed record ClaimBatch(
    string Reference, DateTimeOffset Created, bool IsEncounter, string SubmitterName, string SubmitterId, string? ContactName, string? ContactPhone,
        string ReceiverName, string ReceiverId);

/// <summary>N3 and N4.</summary>
/// <param name="Line1">N301.</param>
/// <param name="Line2">N302.</param>
/// <param name="City">N401.</param>
/// <param name="State">N402.</param>
/// <param name="PostalCode">N403: nine digits for billing providers and service facilities.</param>
public sealed record Address(string Line1, string? Line2, string City, string State, string PostalCode);

/// <summary>A billing or rendering provider.</summary>
/// <param name="LastName">Last name, or the name of the organization.</param>
/// <param name="FirstName">Null for an organization.</param>
/// <param name="Npi">Its NPI; null for a provider that cannot have one.</param>
/// <param name="Taxonomy">The taxonomy of the provider record; null to leave it out.</param>
/// <param name="TaxNumber">EIN, or SSN of a person who bills: nine digits. For billing providers only.</param>
/// <param name="TaxNumberIsSsn">Whether it is an SSN.</param>
/// <param name="Address">For billing providers only.</param>
public sealed record Provider(string LastName, string? FirstName, string? Npi, string? Taxonomy = null, string? TaxNumber = null, bool TaxNumberIsSsn = false,
    Address? Address = null);

/// <summary>A place of service that is not the billing provider's address.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Npi">Its NPI, if it has one of its own.</param>
/// <param name="Address">Its address.</param>
public sealed record Facility(string Name, string? Npi, Address Address);

/// <summary>The insured person, who is the patient: always so for Medicaid.</summary>
/// <param name="LastName">Last name.</param>
/// <param name="FirstName">First name.</param>
/// <param name="MiddleName">Middle name.</param>
/// <param name="Suffix">For example JR.</param>
/// <param name="MemberId">The member id at the payer.</param>
/// <param name="BirthDate">Birth date.</param>
/// <param name="Gender">F, M or U.</param>
/// <param name="Address">Address.</param>
public sealed record Subscriber(string LastName, string? FirstName, string? MiddleName, string? Suffix, string MemberId, DateOnly BirthDate, string Gender,
    Address Address);

/// <summary>Who is to pay.</summary>
/// <param name="Name">NM1*PR.</param>
/// <param name="Id">Its payer id (PI).</param>
/// <param name="FilingIndicator">SBR09: MC Medicaid, CI commercial and others.</param>
/// <param name="Order">SBR01: P primary, S secondary, T tertiary.</param>
/// <param name="GroupNumber">SBR03.</param>
/// <param name="SecondIdQualifier">REF of the billing provider at this payer: G2 or LU.</param>
/// <param name="SecondId">Its value.</param>
public sealed record ClaimPayer(string Name, string Id, string FilingIndicator, string Order = "P", string? GroupNumber = null,
    string? SecondIdQualifier = null, string? SecondId = null);

/// <summary>An attachment that is sent apart (PWK).</summary>
/// <param name="Report">What it is, for example OZ supporting data for a claim.</param>
/// <param name="Transmission">How it comes: BM mail, EL electronic, FX fax, AA on request.</param>
/// <param name="Control">Our number on it.</param>
public sealed record Attachment(string Report, string Transmission, string? Control);

/// <summary>A claim.</summary>
public sealed record ProfessionalClaim
{
    /// <summary>CLM01: our claim number, unique for each sending; comes back in all answers.</summary>
    public required string Claim { get; init; }

    /// <summary>Who bills.</summary>
    public required Provider Billing { get; init; }

    /// <summary>Whom the service was for.</summary>
    public required Subscriber Subscriber { get; init; }

    /// <summary>Who is to pay.</summary>
    public required ClaimPayer Payer { get; init; }

    /// <summary>Diagnoses (ICD-10-CM without the decimal point), the principal one first; up to 12.</summary>
    public required IReadOnlyList<string> Diagnoses { get; init; }

    /// <summary>The services; up to 50.</summary>
    public required IReadOnlyList<ServiceLine> Lines { get; init; }

    /// <summary>CLM05-1: where, for example 11 office, 12 home, 99 other.</summary>
    public string Place { get; init; } = "11";

    /// <summary>CLM05-3: 1 original, 7 replacement, 8 void.</summary>
    public string Frequency { get; init; } = "1";

    /// <summary>REF*F8: the payer's number of the claim that this one replaces or voids. Required with frequency 7 and 8 and not allowed otherwise.</summary>
    public string? PayerClaim { get; init; }

    /// <summary>REF*G1: the number of the authorization.</summary>
    public string? Authorization { get; init; }

    /// <summary>Attachments.</summary>
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>NTE*ADD.</summary>
    public string? Note { get; init; }

    /// <summary>Who gave the service; null when it is the billing provider.</summary>
    public Provider? Rendering { get; init; }

    /// <summary>Where the service was given, if not at the billing provider's address and required by the payer.</summary>
    public Facility? Facility { get; init; }

    /// <summary>What other payers decided before: for secondary and tertiary claims.</summary>
    public IReadOnlyList<OtherPayer> OtherPayers { get; init; } = [];

    /// <summary>The sum of the lines; written as CLM02.</summary>
    public decimal Charge => Lines.Sum(l => l.Charge);

    /// <summary>CLM02 of a claim that was read; null for one to write.</summary>
    public decimal? StatedCharge { get; init; }
}

/// <summary>A service line.</summary>
/// <param name="Procedure">SV101.</param>
/// <param name="Charge">SV102.</param>
/// <param name="Units">SV104, in units (UN).</param>
/// <param name="Service">DTP*472: the day, or the days from and through.</param>
/// <param name="LineControl">REF*6R: our line control number, unique for each line ever sent.</param>
/// <param name="DiagnosisPointers">SV107: numbers of the claim's diagnoses, the first of them the reason for the service.</param>
/// <param name="Place">SV105, if not that of the claim.</param>
/// <param name="Authorization">REF*G1 of the line, if not that of the claim.</param>
/// <param name="Note">NTE*ADD of the line.</param>
/// <param name="Adjudications">What other payers decided on the line.</param>
public sealed record ServiceLine(
    Procedure Procedure, decimal Charge, decimal Units, Period Service, string LineControl, IReadOnlyList<int> DiagnosisPointers, string? Place = null,
        string? Authorization = null, string? Note = null,
    IReadOnlyList<LineAdjudication>? Adjudications = null);

/// <summary>Another payer of the same claim (loops 2320 and 2330).</summary>
/// <param name="Payer">The payer; its order is that of its decision.</param>
/// <param name="InsuredLastName">Whose insurance it is.</param>
/// <param name="InsuredFirstName">First name.</param>
/// <param name="MemberId">Member id there.</param>
/// <param name="Relation">SBR02: 18 self, 01 spouse, 19 child, G8 other.</param>
/// <param name="Paid">AMT*D: what it paid; null when it has not decided.</param>
/// <param name="PatientPart">AMT*EAF: what it left.</param>
/// <param name="Adjustments">CAS of the claim.</param>
/// <param name="AdjudicatedOn">DTP*573 of the claim, where its lines have no decisions.</param>
/// <param name="PayerClaim">REF*F8: its claim number.</param>
public sealed record OtherPayer(
    ClaimPayer Payer, string InsuredLastName, string? InsuredFirstName, string MemberId, string Relation, decimal? Paid, decimal? PatientPart,
        IReadOnlyList<Adjustment> Adjustments,
    DateOnly? AdjudicatedOn, string? PayerClaim);

/// <summary>What another payer decided on a line (loop 2430).</summary>
/// <param name="PayerId">The id of the payer as in its NM1.</param>
/// <param name="Paid">SVD02.</param>
/// <param name="Procedure">SVD03.</param>
/// <param name="Units">SVD05.</param>
/// <param name="Adjustments">CAS.</param>
/// <param name="Day">DTP*573.</param>
public sealed record LineAdjudication(string PayerId, decimal Paid, Procedure Procedure, decimal Units, IReadOnlyList<Adjustment> Adjustments, DateOnly Day);
