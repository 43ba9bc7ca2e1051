using System.Security.Cryptography;

namespace Ips.SandboxIdentity.Keys;

/// <summary>A secret of the sandbox: created at first use in <c>keys/</c> of the data directory, readable by its owner only.</summary>
internal static class KeyFile
{
    /// <summary>
    /// Reads the file, or creates it with <paramref name="make"/>. When two processes start at once, one creates the secret and the other reads it.
    /// </summary>
    public static (string Path, string Text) ReadOrMake(string data, string name, Func<string> make)
    {
        var file = Path.Combine(data, "keys", name);
        if (!File.Exists(file))
            Make(Path.GetDirectoryName(file)!, file, make());
        return (file, File.ReadAllText(file));
    }

    /// <summary>Replaces the file's text. A crash leaves the old text or the new one.</summary>
    public static void Replace(string file, string text) => File.Move(Draft(file, text), file, overwrite: true);

    /// <summary>A random password of letters and digits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789", 22);

    private static void Make(string directory, string file, string text)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var draft = Draft(file, text);
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }

    private static string Draft(string file, string text)
    {
        var draft = $"{file}.{Environment.ProcessId}";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using StreamWriter writer = new(draft, options);
        writer.Write(text);
        return draft;
    }
}
