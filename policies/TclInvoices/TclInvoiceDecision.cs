namespace Ips.Policies.TclInvoices;

/// <summary>Is this TCL incentive invoice payable in the ordinary course?</summary>
public static class TclInvoiceDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<TclInvoiceFacts> Kind { get; } = new(
        "tcl-invoice", "Is this TCL incentive invoice payable in the ordinary course?", TclInvoiceRules.Evaluate);
}
