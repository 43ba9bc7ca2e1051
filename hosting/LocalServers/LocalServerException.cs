namespace LocalServers;

/// <summary>A local server cannot be had on this machine. The message says what was found, what is needed and how to go on.</summary>
public sealed class LocalServerException(string message, Exception? inner = null) : Exception(message, inner);
