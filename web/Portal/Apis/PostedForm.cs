using System.Globalization;
using System.Security.Cryptography;

namespace Ips.Portal.Apis;

/// <summary>
/// The fields of a form that was posted to this page. They are passed on as they are: the service checks them and names what is wrong. Empty while the page
/// is only read.
/// </summary>
public sealed class PostedForm(HttpContext http)
{
    /// <summary>The field of every form that changes something: made once with the page, so that a form sent twice changes once.</summary>
    public const string RequestIdField = "request";

    private readonly IFormCollection? fields = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType ? http.Request.Form : null;

    /// <summary>The id of the request of a form: the posted one if this form was posted, else a new one for a form that is shown.</summary>
    public string RequestId(string form) => IsSent(form) && Text(RequestIdField) is { Length: > 0 } posted
        ? posted
        : Guid.CreateVersion7(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).ToString();

    /// <summary>
    /// Whether this form was posted. The page then has the form although its answer is no longer owed, so that a form that is sent again reaches the service,
    /// which returns what it answered the first time.
    /// </summary>
    public bool IsSent(string form) => Text("_handler") == form;

    /// <summary>A field without the spaces around it; empty when it is absent.</summary>
    public string Text(string name) => fields?[name].ToString().Trim() ?? "";

    /// <summary>What a field shows: what was posted, else what the page proposes.</summary>
    public string Shown(string name, string proposed) => fields is null ? proposed : Text(name);

    /// <summary>A whole number; 0 when it is none.</summary>
    public int Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A choice of an enum by its member's name; the unspecified member when it is none.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum => Enum.TryParse<T>(Text(name), out var choice) && Enum.IsDefined(choice) ? choice : default;

    /// <summary>Whether a box was ticked.</summary>
    public bool Ticked(string name) => Text(name) == "yes";

    /// <summary>A file that was sent with the form; null when none was chosen.</summary>
    public IFormFile? File(string name) => fields?.Files[name] is { Length: > 0 } file ? file : null;

    /// <summary>The content of a text file; empty when none was chosen.</summary>
    public async Task<string> FileText(string name, CancellationToken cancellationToken)
    {
        if (File(name) is not { } file)
            return "";
        using StreamReader reader = new(file.OpenReadStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>The SHA-256 of a file, lower-case hex; empty when none was chosen.</summary>
    public async Task<string> Sha256(string name, CancellationToken cancellationToken)
    {
        if (File(name) is not { } file)
            return "";
        await using var content = file.OpenReadStream();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }

    /// <summary>Every value of a field that stands several times.</summary>
    public IReadOnlyList<string> All(string name) => fields?[name].OfType<string>().ToArray() ?? [];
}
