using System.ComponentModel.DataAnnotations;
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
    [Range(1, 9)]
    public IReadOnlyList<int>? InvoiceMilestones { get; init; }

    /// <summary>Milestones on the approval letter.</summary>
    [Range(1, 9)]
    public IReadOnlyList<int>? LetterMilestones { get; init; }

    /// <summary>Day the letter came.</summary>
    [Act]
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
    [Act]
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>How it was sent.</summary>
    public InvoiceChannel? Channel { get; init; }

    /// <summary>Only if given: day on which supporting documents were requested.</summary>
    [Act]
    public DateOnly? SupportingDocsRequestedDate { get; init; }

    /// <summary>They were sent; needed when requested.</summary>
    public bool? SupportingDocsSent { get; init; }

    /// <summary>Day they were sent; needed when sent.</summary>
    [Act]
    public DateOnly? SupportingDocsSentDate { get; init; }
}
