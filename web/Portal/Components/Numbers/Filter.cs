using Microsoft.AspNetCore.WebUtilities;

namespace Ips.Portal.Components.Numbers;

/// <summary>The filter of the dashboard and its figures, as in the address of a page. Empty means no filter.</summary>
/// <param name="Program">The program, for example <c>nc-core</c>.</param>
/// <param name="From">First day, YYYY-MM-DD.</param>
/// <param name="Through">Last day, YYYY-MM-DD, included.</param>
/// <param name="Provider">Only this provider, <c>organizations/{code}</c>.</param>
public sealed record Filter(string Program, string From, string Through, string Provider)
{
    /// <summary>The dashboard with this filter.</summary>
    public string Dashboard => Address("/dashboard");

    /// <summary>The deadlines of this program and provider.</summary>
    public string Deadlines => QueryHelpers.AddQueryString("/deadlines", Only([("program", Program), ("provider", Provider)]));

    /// <summary>The events of a figure with this filter. Figures are named as they are addressed: <c>figures/{code}</c>.</summary>
    public string Figure(string name, string pageToken = "") => Address("/" + name, pageToken);

    private string Address(string path, string pageToken = "") =>
        QueryHelpers.AddQueryString(path, Only([("program", Program), ("from", From), ("through", Through), ("provider", Provider), ("page", pageToken)]));

    private static Dictionary<string, string?> Only(IEnumerable<(string Name, string Value)> parameters) =>
        parameters.Where(parameter => parameter.Value.Length > 0).ToDictionary(parameter => parameter.Name, parameter => (string?)parameter.Value);
}
