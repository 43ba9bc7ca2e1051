using System.Text.Json.Serialization;

namespace Ips.Policies.TclInvoices;

/// <summary>How an invoice reaches Alliance.</summary>
public enum InvoiceChannel
{
    /// <summary>By e-mail to accounts payable.</summary>
    InvoiceEmail,

    /// <summary>As a claim in the Alliance Claims System.</summary>
    [JsonStringEnumMemberName("ACS")] Acs,
}

/// <summary>One TCL incentive invoice with its approval letter. <see langword="null"/> means not known. Names are compared, never shown.</summary>
public sealed record TclInvoiceFacts
{
    /// <summary>Quarter reviewed, for information.</summary>
    public Period? Quarter { get; init; }

    /// <summary>Milestones on the invoice.</summary>
    public IReadOnlyList<int>? InvoiceMilestones { get; init; }

    /// <summary>Milestones on the approval letter.</summary>
    public IReadOnlyList<int>? LetterMilestones { get; init; }

    /// <summary>Day the letter came.</summary>
    public DateOnly? LetterReceivedDate { get; init; }

    /// <summary>People listed on the letter.</summary>
    public IReadOnlyList<string>? LetterNames { get; init; }

    /// <summary>People listed on the invoice.</summary>
    public IReadOnlyList<string>? InvoiceNames { get; init; }

    /// <summary>People already paid for that milestone.</summary>
    public IReadOnlyList<string>? PreviouslyPaidNames { get; init; }

    /// <summary>Dollars claimed.</summary>
    public decimal? AmountClaimed { get; init; }

    /// <summary>On the Alliance Invoice Template.</summary>
    public bool? OnAllianceTemplate { get; init; }

    /// <summary>The approval letter is attached.</summary>
    public bool? LetterAttached { get; init; }

    /// <summary>Day the invoice was sent.</summary>
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>How it was sent.</summary>
    public InvoiceChannel? Channel { get; init; }

    /// <summary>Only if given: day on which supporting documents were asked for.</summary>
    public DateOnly? SupportingDocsRequestedDate { get; init; }

    /// <summary>They were sent; needed when asked for.</summary>
    public bool? SupportingDocsSent { get; init; }

    /// <summary>Day they were sent; needed when sent.</summary>
    public DateOnly? SupportingDocsSentDate { get; init; }

    internal static TclInvoiceFacts Read(FactReader facts) => new()
    {
        Quarter = facts.Period("quarter"),
        InvoiceMilestones = facts.Integers("invoiceMilestones", 1, 9),
        LetterMilestones = facts.Integers("letterMilestones", 1, 9),
        LetterReceivedDate = facts.Date("letterReceivedDate"),
        LetterNames = facts.Texts("letterNames"),
        InvoiceNames = facts.Texts("invoiceNames"),
        PreviouslyPaidNames = facts.Texts("previouslyPaidNames"),
        AmountClaimed = facts.Money("amountClaimed"),
        OnAllianceTemplate = facts.Flag("onAllianceTemplate"),
        LetterAttached = facts.Flag("letterAttached"),
        SubmittedDate = facts.Date("submittedDate"),
        Channel = facts.Code<InvoiceChannel>("channel"),
        SupportingDocsRequestedDate = facts.Date("supportingDocsRequestedDate"),
        SupportingDocsSent = facts.Flag("supportingDocsSent"),
        SupportingDocsSentDate = facts.Date("supportingDocsSentDate"),
    };
}
