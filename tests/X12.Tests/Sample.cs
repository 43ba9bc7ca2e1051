using System.Text;
using System.Text.Json;

namespace Ips.X12.Tests;

/// <summary>The files beside the tests.</summary>
internal static class Sample
{
    private static readonly string Root = AppContext.BaseDirectory;

    public static string Path(string name) => System.IO.Path.Combine(Root, "samples", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    public static Stream Open(string name) => new MemoryStream(Bytes(name));

    public static Stream Accepted(string name) => new MemoryStream(File.ReadAllBytes(System.IO.Path.Combine(Root, "acceptance", name)));

    public static JsonElement Json(params string[] path) => JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine([Root, .. path]))).RootElement;

    public static Stream Of(string text) => new MemoryStream(Encoding.UTF8.GetBytes(text));

    /// <summary>All sample files, as listed in facts.json.</summary>
    public static IEnumerable<JsonElement> Facts => Json("samples", "facts.json").EnumerateArray();

    public static IEnumerable<string> Names => Facts.Select(f => f.GetProperty("file").GetString()!);
}
