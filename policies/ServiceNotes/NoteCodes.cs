namespace Ips.Policies.ServiceNotes;

/// <summary>How a contact took place.</summary>
public enum ContactType
{
    /// <summary>In the same place.</summary>
    InPerson,

    /// <summary>By telephone.</summary>
    Phone,

    /// <summary>With another person about the individual, such as an employer.</summary>
    Collateral,

    /// <summary>By video.</summary>
    Video,

    /// <summary>By e-mail.</summary>
    Email,

    /// <summary>By text message.</summary>
    TextMessage,
}

/// <summary>Where a service was given.</summary>
public enum PlaceOfService
{
    /// <summary>The individual's private primary residence.</summary>
    Home,

    /// <summary>A shelter.</summary>
    Shelter,

    /// <summary>A licensed group home.</summary>
    GroupHome,

    /// <summary>An adult care home.</summary>
    AdultCareHome,

    /// <summary>The community, a workplace included.</summary>
    Community,

    /// <summary>An office.</summary>
    Office,

    /// <summary>A hospital.</summary>
    Hospital,

    /// <summary>A jail.</summary>
    Jail,
}

/// <summary>What was done in a contact.</summary>
public enum NoteActivity
{
    /// <summary>Employment service given to the individual.</summary>
    DirectSupport,

    /// <summary>Talking to an employer for this individual.</summary>
    EmployerContactForIndividual,

    /// <summary>Talking to employers, not for a particular individual.</summary>
    EmployerOutreachGeneric,

    /// <summary>Teaching academic subjects.</summary>
    AcademicInstruction,

    /// <summary>A class that prepares for work in general.</summary>
    PrevocationalClass,

    /// <summary>Help with volunteering.</summary>
    VolunteeringSupport,

    /// <summary>Support in a set-aside job, enclave, mobile crew or transitional job.</summary>
    SetAsideJobSupport,

    /// <summary>Skills of self-help, socialization or daily living.</summary>
    Habilitation,

    /// <summary>Transport that has nothing to do with employment.</summary>
    NonEmploymentTransport,

    /// <summary>A service to family or friends about their own matters.</summary>
    UnrelatedFamilyService,

    /// <summary>Supervision of staff.</summary>
    Supervision,

    /// <summary>A meeting.</summary>
    Meeting,

    /// <summary>Recreation.</summary>
    Recreation,

    /// <summary>Childcare.</summary>
    Childcare,

    /// <summary>Special education under IDEA.</summary>
    SpecialEducation,

    /// <summary>Room and board.</summary>
    RoomAndBoard,

    /// <summary>Paperwork.</summary>
    Paperwork,

    /// <summary>Writing notes.</summary>
    Documentation,

    /// <summary>Travel without an intervention.</summary>
    Travel,

    /// <summary>Conversion therapy.</summary>
    ConversionTherapy,
}
